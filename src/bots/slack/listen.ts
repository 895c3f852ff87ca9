import type { App } from '@slack/bolt'
import { VideoError } from '../../core/errors.ts'
import type { Log } from '../../core/ports/machine.ts'
import type { UnderWay } from '../under-way.ts'
import { askedBy } from './bucket.ts'
import { slashCommands } from './commands.ts'
import { checkInsider, type DeskFor, type ForTeam, once, type Respond, refusal, tell } from './desk.ts'
import { showHome } from './home.ts'
import type { Heard } from './intake.ts'
import { shortcuts } from './manifest.ts'
import { hear } from './mentions.ts'
import { isPicture, picturesOf } from './pictures.ts'
import { threadOf } from './place.ts'
import { openForm } from './press.ts'
import { listenToPresses } from './presses.ts'
import type { Saying } from './reply.ts'
import { channelOf, type OpenForm, submitForm } from './submit.ts'
import type { SlackFile } from './thread.ts'
import type { Workspaces } from './workspaces.ts'

interface MessageEvent {
  readonly type: string
  readonly subtype?: string
  readonly channel_type?: string
  readonly channel: string
  readonly user?: string
  readonly bot_id?: string
  readonly team?: string
  readonly user_team?: string
  readonly text?: string
  readonly ts: string
  readonly thread_ts?: string
  readonly files?: readonly SlackFile[]
  readonly edited?: { readonly ts: string }
  /** Of a `message_changed`: the message as it is now. */
  readonly message?: Omit<MessageEvent, 'channel'>
}

/**
 * Lets Bolt hand everything to the handlers, each event to the desk of its workspace. Only what Slack sends is turned into
 * our own words here.
 */
export function listen(app: App, workspaces: Workspaces, log: Log, underWay: UnderWay): void {
  const deskFor = async ({ teamId }: ForTeam) => (await workspaces.of(teamId ?? '')).desk
  app.error(async (error) => {
    const cause = rootOf(error)
    log.warn({ platform: 'slack', error: cause.message }, 'something from Slack could not be handled')
    // Only a workspace without the app is not wanted again; whatever else kept its token from us, Slack sends it again.
    throw cause instanceof VideoError && cause.code === 'not_now' ? error : cause
  })
  listenToMessages(app, deskFor)
  listenToCommands(app, deskFor)
  listenToShortcuts(app, deskFor)
  listenToPresses(app, deskFor)
  app.view('v1:video', async ({ body, view, ack, context }) => {
    const desk = await deskFor(context)
    const { team } = await desk.api.identity()
    const form = view as unknown as OpenForm
    const person = await desk.people.person({ user: body.user.id, channel: channelOf(form), name: body.user.name })
    const errors = await submitForm(desk, person, team, body.user.id, form)
    await (errors === null ? ack() : ack({ response_action: 'errors', errors }))
  })
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home') return
    const desk = await deskFor(context)
    // The page is only a picture of the database: nothing is lost where it cannot be shown.
    void underWay.run(async () => {
      const person = await desk.people.person({ user: event.user, channel: null })
      await showHome(desk, person, event.user).catch((thrown: unknown) => {
        desk.log.info({ platform: 'slack', error: String(thrown) }, 'a home page could not be shown')
      })
    })
  })
}

/** What Bolt has wrapped, perhaps more than once. */
function rootOf(error: Error): Error {
  const { original } = error as { original?: unknown }
  return original instanceof Error ? rootOf(original) : error
}

function listenToMessages(app: App, deskFor: DeskFor): void {
  const heardOf = (event: MessageEvent, team: string, retries: number): Heard | null => {
    const said = event.subtype === undefined || event.subtype === 'file_share' || event.subtype === 'thread_broadcast'
    if (!said || event.bot_id !== undefined || event.user === undefined) return null
    return {
      team,
      channel: event.channel,
      user: event.user,
      text: event.text ?? '',
      ts: event.ts,
      // What begins a thread carries its own ts once somebody has answered.
      root: event.thread_ts === event.ts ? null : (event.thread_ts ?? null),
      files: event.files ?? [],
      edited: event.edited?.ts ?? null,
      retries,
    }
  }
  const take = async (event: MessageEvent, context: ForTeam & { readonly retryNum?: number | undefined }) => {
    const desk = await deskFor(context)
    const { team } = await desk.api.identity()
    const heard = heardOf(event, team, context.retryNum ?? 0)
    if (heard) await hear(desk, heard, event.user_team ?? event.team)
  }
  app.event('app_mention', ({ event, context }) => take(event as unknown as MessageEvent, context))
  app.event('message', async ({ event, context }) => {
    const message = event as unknown as MessageEvent
    if (message.channel_type !== 'im') return
    // What people change comes again, as a mention does; what Slack adds to a message, such as a preview, does not count.
    const changed = message.subtype === 'message_changed' && message.message?.edited ? message.message : null
    await take(changed ? { ...changed, channel: message.channel } : message, context)
  })
}

function listenToCommands(app: App, deskFor: DeskFor): void {
  for (const { name, run } of slashCommands) {
    app.command(`/${name}`, async ({ command, ack, respond, context }) => {
      const desk = await deskFor(context)
      const slash = {
        team: (await desk.api.identity()).team,
        channel: command.channel_id,
        user: command.user_id,
        text: command.text,
        triggerId: command.trigger_id,
      }
      const person = await desk.people.person({ ...slash, name: command.user_name })
      let acknowledged = false
      const acknowledge = once(() => {
        acknowledged = true
        return ack()
      })
      // What is said goes along with the acknowledgement where that has not gone yet.
      const whisper = (said: Saying) =>
        acknowledged ? tell(desk, respond as Respond, said) : ack({ response_type: 'ephemeral', ...said })
      try {
        const said = await run(desk, person, slash, acknowledge)
        await (said === null ? acknowledge() : whisper(said))
      } catch (thrown) {
        await whisper(await refusal(desk, person, thrown))
      }
    })
  }
}

function listenToShortcuts(app: App, deskFor: DeskFor): void {
  const [animate, fresh] = shortcuts
  app.shortcut({ callback_id: fresh?.id ?? '', type: 'shortcut' }, async ({ shortcut, ack, context }) => {
    const desk = await deskFor(context)
    const person = await desk.people.person({ user: shortcut.user.id, channel: null })
    await openForm(
      desk,
      person,
      { trigger_id: shortcut.trigger_id },
      { thread: null },
      once(() => ack()),
    )
  })
  app.shortcut({ callback_id: animate?.id ?? '', type: 'message_action' }, async (given) => {
    const { shortcut, ack, respond, context } = given
    const desk = await deskFor(context)
    const { team } = await desk.api.identity()
    const channel = shortcut.channel.id
    const { message } = shortcut
    const person = await desk.people.person({ user: shortcut.user.id, channel, home: shortcut.user.team_id })
    const acknowledge = once(() => ack())
    try {
      checkInsider(person)
      const files = (message as { files?: readonly SlackFile[] }).files ?? []
      const wanted = files.filter((file) => isPicture(file) || file.mimetype === undefined)
      if (files.length === 0) throw new VideoError('bad_image', 'no file', { facts: { why: 'none_here' } })
      const [image] = await picturesOf(desk, wanted.length > 0 ? wanted : files, askedBy(person.id, 1500))
      const root = (message as { thread_ts?: string }).thread_ts ?? message.ts ?? shortcut.message_ts
      const purpose = { thread: threadOf({ team, channel, root }), ...(image ? { image } : {}) }
      await openForm(desk, person, { trigger_id: shortcut.trigger_id }, purpose, acknowledge)
    } catch (thrown) {
      await acknowledge()
      await tell(desk, respond as Respond, await refusal(desk, person, thrown))
    }
  })
}
