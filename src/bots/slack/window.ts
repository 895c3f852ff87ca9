import type { types } from '@slack/bolt'
import { VideoError } from '../../core/errors.ts'
import { say } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import type { SlackApi } from './api.ts'
import { slackWord } from './errors.ts'
import type { Saying } from './reply.ts'

/**
 * What a window is shown by: a press, for 3 seconds, or the window that it was made in, for as long as that is open and, with
 * its `hash`, shows still what was pressed.
 */
export type ShownBy = { readonly trigger_id: string } | { readonly view_id: string; readonly hash?: string }

/** Shows a window, in the place of the one that the press was made in; throws `busy` where Slack does not. */
export async function show({ client }: SlackApi, by: ShownBy, view: types.ModalView): Promise<void> {
  try {
    if ('view_id' in by) await client.views.update({ ...by, view })
    else await client.views.open({ trigger_id: by.trigger_id, view })
  } catch (thrown) {
    throw new VideoError('busy', `slack: ${slackWord(thrown) ?? 'no answer'}`, { facts: { seconds: 5 }, cause: thrown })
  }
}

/** A window that is only looked at, and gone once it is closed. */
export function windowOf({ blocks }: Pick<Saying, 'blocks'>, locale: string): types.ModalView {
  const plain = (text: string) => ({ type: 'plain_text', text: shorten(text, 24) }) as const
  const title = plain(say(locale, 'chat.operations.title'))
  return { type: 'modal', title, close: plain(say(locale, 'slack.form.close')), blocks }
}
