import { type Answer, type Asked, type Handler, nothing, ok } from './asked.ts'
import { channelRoutes } from './channel-routes.ts'
import { parseCommands, type RegisteredCommand } from './command-shape.ts'
import { createDesk } from './desk.ts'
import type { Endpoint } from './endpoint.ts'
import { interactionRoutes } from './interaction-routes.ts'
import { type Refusal, refusals } from './refusal.ts'
import { channelJson, guildJson, memberJson, messageJson, userJson } from './serialize.ts'
import type { World } from './world.ts'

/** What the routes need besides the world. */
export interface RouteSettings {
  readonly gatewayUrl: () => string
  readonly answerWithinMs: number
  readonly tokenLifeMs: number
  readonly nonceMs: number
  readonly botPublic: boolean
  readonly endpoint: () => Pick<Endpoint, 'publicKey' | 'address'>
}

/** Discord's REST interface over a world. Throws `Refusal` for what Discord refuses. */
export function createRoutes(world: World, settings: RouteSettings): (asked: Asked) => Answer {
  const desk = createDesk(world)
  const { channelOf } = desk
  const channels = channelRoutes(world, desk, settings.nonceMs)
  const { callback, followUp, hookMessage } = interactionRoutes(world, desk, settings)
  const { change } = desk

  function commandsAt(guild: string): RegisteredCommand[] {
    if (guild !== '' && !world.guilds.get(guild)?.hasBot) throw refusals.missingAccess()
    return world.commands.get(guild) ?? []
  }

  const putCommands = (asked: Asked, guild: string): Answer => {
    commandsAt(guild)
    const made = parseCommands(asked.body).map((each) => ({ ...each, id: world.nextId(), version: world.nextId() }))
    world.commands.set(guild, made)
    return ok(made.map((each) => withDefaults(world, each)))
  }

  const guildOf = (id: string) => {
    const guild = world.guilds.get(id)
    if (!guild?.hasBot) throw refusals.unknownGuild()
    return guild
  }
  const application = () =>
    ok({
      id: world.applicationId,
      name: 'Dailies',
      description: '',
      bot_public: settings.botPublic,
      bot_require_code_grant: false,
      flags: 0,
      verify_key: settings.endpoint().publicKey,
      interactions_endpoint_url: settings.endpoint().address(),
      integration_types_config: { 0: {}, 1: {} },
    })

  const table: readonly [string, RegExp, Handler][] = [
    ['GET', /^\/gateway\/bot$/, () => ok(gatewayInfo(settings.gatewayUrl()))],
    ['GET', /^\/users\/@me$/, () => ok(userJson(world, world.botId))],
    [
      'GET',
      /^\/users\/@me\/guilds$/,
      () => ok([...world.guilds.values()].filter((each) => each.hasBot).map(({ id, name }) => ({ id, name }))),
    ],
    ['GET', /^\/applications\/@me$/, application],
    ['GET', /^\/oauth2\/applications\/@me$/, application],
    ['POST', /^\/users\/@me\/channels$/, channels.openDm],
    ['GET', /^\/users\/(\d+)$/, (_asked, id = '') => ok(userJson(world, id))],
    ['GET', /^\/guilds\/(\d+)$/, (_asked, id = '') => ok(guildJson(world, guildOf(id)))],
    ['GET', /^\/guilds\/(\d+)\/roles$/, (_asked, id = '') => ok(guildJson(world, guildOf(id)).roles)],
    ['GET', /^\/guilds\/(\d+)\/channels$/, (_asked, id = '') => ok(guildJson(world, guildOf(id)).channels)],
    [
      'GET',
      /^\/guilds\/(\d+)\/members\/(\d+)$/,
      (_asked, id = '', user = '') => {
        const guild = guildOf(id)
        if (user !== world.botId && !guild.members.some((each) => each.userId === user)) throw refusals.unknownMember()
        return ok(memberJson(world, guild, user))
      },
    ],
    ['PUT', /^\/applications\/\d+\/commands$/, (asked) => putCommands(asked, '')],
    ['GET', /^\/applications\/\d+\/commands$/, () => ok(commandsAt('').map((each) => withDefaults(world, each)))],
    ['PUT', /^\/applications\/\d+\/guilds\/(\d+)\/commands$/, (asked, guild = '') => putCommands(asked, guild)],
    [
      'GET',
      /^\/applications\/\d+\/guilds\/(\d+)\/commands$/,
      (_asked, guild = '') => ok(commandsAt(guild).map((each) => withDefaults(world, each))),
    ],
    ['POST', /^\/interactions\/(\d+)\/([^/]+)\/callback$/, callback],
    ['POST', /^\/webhooks\/(\d+)\/([^/]+)$/, followUp],
    [
      'GET',
      /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      (_asked, token = '', id = '') => ok(messageJson(world, hookMessage(token, id)[1])),
    ],
    [
      'PATCH',
      /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      (asked, token = '', id = '') => {
        const [interaction, message] = hookMessage(token, id)
        return ok(messageJson(world, change(message, asked, interaction.limit)))
      },
    ],
    [
      'DELETE',
      /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      (_asked, token = '', id = '') => {
        hookMessage(token, id)[1].deleted = true
        return nothing
      },
    ],
    ['GET', /^\/channels\/(\d+)$/, (_asked, id = '') => ok(channelJson(world, channelOf(id)))],
    ['PATCH', /^\/channels\/(\d+)$/, channels.patchChannel],
    ['POST', /^\/channels\/(\d+)\/threads$/, (asked, id = '') => channels.createThread(asked, id)],
    ['POST', /^\/channels\/(\d+)\/messages\/(\d+)\/threads$/, channels.createThread],
    ['POST', /^\/channels\/(\d+)\/messages$/, channels.createMessage],
    ['GET', /^\/channels\/(\d+)\/messages$/, channels.listMessages],
    ['GET', /^\/channels\/(\d+)\/messages\/(\d+)$/, channels.getMessage],
    ['PATCH', /^\/channels\/(\d+)\/messages\/(\d+)$/, channels.editMessage],
    ['DELETE', /^\/channels\/(\d+)\/messages\/(\d+)$/, channels.deleteMessage],
  ]
  const open = /^\/(interactions|webhooks)\//

  return (asked) => {
    if (!asked.authorized && !open.test(asked.path)) throw refusals.unauthorized()
    for (const [method, pattern, handler] of table) {
      const found = method === asked.method ? asked.path.match(pattern) : null
      if (found) return handler(asked, ...found.slice(1))
    }
    throw refusals.notFound() satisfies Refusal
  }
}

function gatewayInfo(url: string) {
  return { url, shards: 1, session_start_limit: { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 } }
}

/** Discord fills in what a registration left out. */
function withDefaults(world: World, command: RegisteredCommand): Record<string, unknown> {
  return {
    application_id: world.applicationId,
    default_member_permissions: null,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...command,
    description: command.description ?? '',
  }
}
