import { dmOf } from './channel-routes.ts'
import { createStandInClock } from './clock.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { createFaults, type Fault } from './faults.ts'
import { createGateway } from './gateway.ts'
import { createMember, type Member } from './member.ts'
import { createRoutes } from './routes.ts'
import { createRest, type Traffic } from './server.ts'
import { allPermissions, type Channel, createWorld, type Interaction, type StoredMessage, shown } from './world.ts'

export interface StandInOptions {
  readonly token?: string
  readonly answerWithinMs?: number
  readonly nonceMs?: number
  readonly heartbeatMs?: number
  /** Whether anybody may add the bot; true unless told, as of a new application. */
  readonly botPublic?: boolean
  /** Rate-limit windows are Discord's times this. */
  readonly windowScale?: number
  /** Told of every message as it is written. */
  readonly onMessage?: (message: StoredMessage) => void
}

/** A message as a test looks at it: what stands there now, and all that stood there before. */
export type SeenMessage = StoredMessage & { readonly now: ReturnType<typeof shown> }

/** Everything a test can do to the stand-in and ask of it; arguments and results are plain JSON, so it works remotely. */
export interface Controls extends Member {
  addUser(name: string, options?: { dmsBlocked?: boolean }): string
  blockDms(user: string, blocked: boolean): void
  /** `botPermissions`: bits, decimal; what the invitation asks for unless set. */
  addGuild(name: string, options?: { hasBot?: boolean; premiumTier?: number; botPermissions?: string }): string
  /** Makes the user a member; `admin` has Manage Server. */
  addMember(guild: string, user: string, options?: { admin?: boolean; roles?: readonly string[] }): void
  addRole(guild: string, name: string): string
  /** The role that Discord made for the bot when it was invited. */
  botRole(guild: string): string
  /** A text channel unless told; `type` 11 with a parent is a thread, 12 a private one, 3 a DM of others, 15 a forum. */
  addChannel(guild: string | null, options?: { type?: number; parent?: string; name?: string }): string
  changeChannel(
    channel: string,
    change: { archived?: boolean; locked?: boolean; deleted?: boolean; denied?: string },
  ): void
  deleteMessage(message: string): void
  forget(message: string): void
  dm(user: string): string
  messages(channel: string): SeenMessage[]
  message(id: string): SeenMessage | null
  /** Every message the bot wrote, wherever. */
  botMessages(): SeenMessage[]
  interaction(id: string): Interaction | null
  commands(guild: string): unknown[]
  traffic(): Traffic[]
  counts(): { exhausted: number; invalid: number; connected: number; identified: number; resumed: number }
  advance(milliseconds: number): void
  fault(fault: Fault): void
  clearFaults(): void
  /** Refuses connections and cuts the gateway, or answers everything with a status, or is back (`none`). */
  outage(kind: 'refuse' | 'none' | number): Promise<void>
  /** What signatures are checked with: see the application's address. */
  publicKey(): string
  /** Interactions go to this address from now on, if it answers a ping and refuses a forged one; both answers' statuses. */
  setEndpoint(url: string): Promise<{ signed: number; forged: number }>
  /** The statuses with which interactions were taken there. */
  taken(): readonly number[]
  gateway(
    what: 'reconnect' | 'invalid' | 'invalid resumable' | 'cut' | 'refuse' | 'stall' | 'unstall' | 'mute' | 'unmute',
  ): void
}

/** A running Discord. */
export interface StandIn {
  readonly url: string
  readonly token: string
  readonly applicationId: string
  readonly controls: Controls
  close(): Promise<void>
}

/** Starts a Discord on a free port of the loopback interface. */
export async function startDiscord(options: StandInOptions = {}): Promise<StandIn> {
  const clock = createStandInClock()
  const token = options.token ?? 'stand-in.bot.token'
  let refuses = false
  const origin = () => `http://127.0.0.1:${rest.port()}`
  const gatewayUrl = () => `ws://127.0.0.1:${rest.port()}/gateway`
  const world = createWorld(clock, token, origin, options.onMessage)
  const faults = createFaults()
  const route = createRoutes(world, {
    gatewayUrl,
    answerWithinMs: options.answerWithinMs ?? 3000,
    tokenLifeMs: 15 * 60_000,
    nonceMs: options.nonceMs ?? 300_000,
    botPublic: options.botPublic ?? true,
    endpoint: () => endpoint,
  })
  const rest = createRest(world, route, faults, {
    windowScale: options.windowScale ?? 1,
  })
  const gateway = createGateway(world, rest.server, {
    url: gatewayUrl,
    heartbeatMs: options.heartbeatMs ?? 41_250,
    refuses: () => refuses,
  })
  const endpoint: Endpoint = createEndpoint(gateway)
  const seen = (message: StoredMessage): SeenMessage => ({ ...message, now: shown(message) })
  const controls: Controls = {
    ...createMember(world, endpoint),
    addUser(name, more) {
      const id = world.nextId()
      world.users.set(id, { id, name, bot: false, dmsBlocked: more?.dmsBlocked ?? false })
      return id
    },
    blockDms(user, blocked) {
      const found = world.users.get(user)
      if (found) found.dmsBlocked = blocked
    },
    addGuild(name, more) {
      const id = world.nextId()
      const hasBot = more?.hasBot ?? true
      world.guilds.set(id, {
        id,
        name,
        premiumTier: more?.premiumTier ?? 0,
        hasBot,
        botPermissions: more?.botPermissions
          ? BigInt(more.botPermissions)
          : allPermissions & ~((1n << 3n) | (1n << 5n) | (1n << 34n)),
        members: [],
        roles: hasBot ? [{ id: world.nextId(), name: 'Dailies', managed: true, tags: { bot_id: world.botId } }] : [],
      })
      return id
    },
    addMember(guild, user, more) {
      const permissions = more?.admin ? allPermissions : 1n << 11n
      world.guilds.get(guild)?.members.push({ userId: user, roles: [...(more?.roles ?? [])], permissions })
    },
    addRole(guild, name) {
      const id = world.nextId()
      world.guilds.get(guild)?.roles.push({ id, name })
      return id
    },
    botRole: (guild) => world.guilds.get(guild)?.roles.find(({ tags }) => tags?.bot_id === world.botId)?.id ?? '',
    addChannel(guild, more) {
      const id = world.nextId()
      const channel: Channel = {
        id,
        type: more?.type ?? 0,
        guildId: guild,
        parentId: more?.parent ?? null,
        name: more?.name ?? 'general',
        recipientId: null,
        archived: false,
        locked: false,
        denied: 0n,
        deleted: false,
      }
      world.channels.set(id, channel)
      return id
    },
    changeChannel(id, { denied, ...change }) {
      const channel = world.channels.get(id)
      if (channel) Object.assign(channel, change, denied === undefined ? {} : { denied: BigInt(denied) })
    },
    deleteMessage(id) {
      const message = world.messages.get(id)
      if (message) message.deleted = true
    },
    forget: (message) => world.forget(message),
    dm: (user) => dmOf(world, user).id,
    messages: (channel) =>
      world
        .messagesIn(channel)
        .filter((each) => !each.deleted)
        .map(seen),
    message(id) {
      const found = world.messages.get(id)
      return found ? seen(found) : null
    },
    botMessages: () => [...world.messages.values()].filter((each) => each.authorId === world.botId).map(seen),
    interaction: (id) => world.interactions.get(id) ?? null,
    commands: (guild) => world.commands.get(guild) ?? [],
    traffic: () => rest.traffic,
    counts: () => ({
      ...rest.counts,
      connected: gateway.connected(),
      identified: gateway.identified(),
      resumed: gateway.resumed(),
    }),
    advance: (milliseconds) => clock.advance(milliseconds),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    async outage(kind) {
      if (kind === 'none') {
        rest.down.status = null
        if (refuses) await rest.listen()
        refuses = false
      } else if (kind === 'refuse') {
        refuses = true
        gateway.cut()
        await rest.refuse()
      } else {
        rest.down.status = kind
        gateway.cut()
      }
    },
    publicKey: () => endpoint.publicKey,
    setEndpoint: (url) => endpoint.set(url),
    taken: () => endpoint.taken,
    gateway(what) {
      if (what === 'reconnect') gateway.askToReconnect()
      else if (what === 'cut') gateway.cut()
      else if (what === 'refuse') gateway.refuse()
      else if (what === 'mute' || what === 'unmute') gateway.mute(what === 'mute')
      else if (what === 'stall' || what === 'unstall') gateway.stall(what === 'stall')
      else gateway.invalidate(what === 'invalid resumable')
    },
  }
  await rest.listen()
  return {
    url: `${origin()}/api`,
    token,
    applicationId: world.applicationId,
    controls,
    async close() {
      gateway.close()
      if (!refuses) await rest.refuse()
    },
  }
}
