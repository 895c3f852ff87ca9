import type { App } from '@slack/bolt'
import type { Block } from './blocks.ts'
import { askedBy } from './bucket.ts'
import { type Desk, type DeskFor, listingFor, once, type Respond } from './desk.ts'
import { opened } from './lists.ts'
import type { SlackPerson } from './people.ts'
import { messageName } from './place.ts'
import { type Press, press } from './press.ts'
import { channelOf, type OpenForm, refreshForm } from './submit.ts'
import { show, windowOf } from './window.ts'

/**
 * What is said of a press in a window stands there, above the Operation that was pressed as that is by then. Not where
 * something else is shown meanwhile: that may be a form which the person is filling in.
 */
function inWindow(desk: Desk, person: SlackPerson, { id, hash }: OpenForm, operationId: string): Respond {
  return async ({ blocks, replace_original }) => {
    const below = replace_original ? [] : await openedIn(desk, person, operationId)
    await show(desk.api, { view_id: id, hash }, windowOf({ blocks: [...blocks, ...below] }, person.locale))
  }
}

/** What cannot be looked up leaves the sentence alone. */
async function openedIn(desk: Desk, person: SlackPerson, operationId: string): Promise<Block[]> {
  try {
    const { blocks } = await opened(await listingFor(desk, person), operationId)
    return [{ type: 'divider' }, ...blocks]
  } catch {
    return []
  }
}

/** The home page has no response_url: what is said of a press there comes as a direct message. */
function directly(desk: Desk, { id }: SlackPerson, user: string): Respond {
  return ({ text, blocks }) =>
    desk.api.inTurn(`post:${user}`, 'outcome', askedBy(id, 10_000), () =>
      desk.api.client.chat.postMessage({ channel: user, text, blocks, unfurl_links: false }),
    )
}

/** A response_url answers in the channel, also where the button stands in a thread: nobody who reads that would see it. */
function inThread(desk: Desk, { user, channel, container, message }: PressBody, respond: Respond): Respond {
  const thread = message?.thread_ts ?? container?.thread_ts
  if (channel === undefined || thread === undefined || thread === message?.ts) return respond
  return async (answer) => {
    if (answer.replace_original) return respond(answer)
    const { text, blocks } = answer
    const place = { channel: channel.id, user: user.id, thread_ts: thread }
    // Where the bot is no member, the response_url is the only way.
    await desk.api.client.chat.postEphemeral({ ...place, text, blocks }).catch(() => respond(answer))
  }
}

interface PressBody {
  readonly user: { readonly id: string; readonly name?: string; readonly team_id?: string }
  readonly trigger_id: string
  readonly channel?: { readonly id: string }
  readonly container?: { readonly is_ephemeral?: boolean; readonly thread_ts?: string }
  readonly message?: { readonly ts: string; readonly thread_ts?: string }
  readonly state?: { readonly values: Press['state'] }
  readonly view?: OpenForm & { readonly type: 'modal' | 'home' }
}

/** Lets Bolt hand every press of a button or menu of ours to what does it. */
export function listenToPresses(app: App, deskFor: DeskFor): void {
  app.action(/^v1:/, async ({ body, action, ack, respond, context }) => {
    const desk = await deskFor(context)
    const pressed = body as unknown as PressBody
    const person = await personOf(desk, pressed)
    if (pressed.view?.private_metadata && 'action_id' in action && action.action_id.startsWith('v1:form:')) {
      await ack()
      await refreshForm(desk, person, pressed.view)
      return
    }
    const { action_id: actionId, value = '' } = action as unknown as { action_id: string; value?: string }
    const { team } = await desk.api.identity()
    const what = { ...pressOf(pressed), team, actionId, value }
    const told = respond as Respond | undefined
    const outside = () => (told ? inThread(desk, pressed, told) : directly(desk, person, pressed.user.id))
    const { view } = pressed
    const answer = view?.type === 'modal' ? inWindow(desk, person, view, value) : outside()
    await press(
      desk,
      person,
      what,
      once(() => ack()),
      answer,
    )
  })
}

function personOf(desk: Desk, { user, channel, view }: PressBody): Promise<SlackPerson> {
  return desk.people.person({
    user: user.id,
    channel: channel?.id ?? (view?.private_metadata ? channelOf(view) : null),
    name: user.name,
    home: user.team_id,
  })
}

function pressOf({ channel, container, message, trigger_id, state, view }: PressBody) {
  const seenByAll = message !== undefined && container?.is_ephemeral !== true
  return {
    triggerId: trigger_id,
    channel: channel?.id ?? null,
    window: view?.type === 'modal' ? view.id : null,
    root: seenByAll ? (message.thread_ts ?? message.ts) : null,
    message: seenByAll && channel ? messageName(channel.id, message.ts) : null,
    state: state?.values,
  }
}
