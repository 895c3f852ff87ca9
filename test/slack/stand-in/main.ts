import { createServer } from 'node:http'
import { startSlack } from './index.ts'
import { latest } from './workspace.ts'

/**
 * The stand-in as a process of its own, for the crash harness: `node main.ts PORT CONTROL_PORT OPTIONS_JSON`. The control
 * port takes `POST /<function>` with a JSON body: a function of `people`, or one of those below.
 */
const [port, controlPort, json] = process.argv.slice(2)
const given = JSON.parse(json ?? '{}') as {
  scopes: string[]
  events: string[]
  commands: string[]
  shortcuts: string[]
  requestUrl?: string
  users: { id: string; admin?: boolean }[]
  channels: { id: string }[]
}
const slack = await startSlack({
  port: Number(port),
  scopes: given.scopes,
  subscribed: {
    events: new Set(given.events),
    commands: new Set(given.commands),
    shortcuts: new Set(given.shortcuts),
  },
  mode: given.requestUrl ? 'http' : 'socket',
})
if (slack.http && given.requestUrl) slack.http.url = given.requestUrl
for (const user of given.users) slack.space.addUser(user)
for (const channel of given.channels) slack.space.addChannel(channel)

interface Body {
  [key: string]: unknown
  ts?: string
  channel?: string
  files?: { name?: string; base64: string }[]
}

function filesOf(body: Body, user: string) {
  return (body.files ?? []).map((each) =>
    slack.space.addFile({ user, name: each.name ?? 'image.png', bytes: Buffer.from(each.base64, 'base64') }),
  )
}

const controls: Readonly<Record<string, (body: Body) => unknown>> = {
  mention: (body) => {
    const said = body as unknown as { channel: string; user: string; text: string; thread?: string }
    return slack.people.mention({ ...said, files: filesOf(body, said.user) }).message.ts
  },
  dm: (body) => {
    const said = body as unknown as { user: string; text: string }
    return slack.people.dm({ ...said, files: filesOf(body, said.user) }).message.ts
  },
  slash: (body) => slack.people.slash(body as unknown as Parameters<typeof slack.people.slash>[0]),
  press: (body) => {
    const message = slack.space.find(body.channel ?? '', body.ts ?? '')
    if (!message) throw new Error('no such message')
    return slack.people.press(message, String(body.label), String(body.user))
  },
  fault: (body) => slack.faults.add(body as unknown as Parameters<typeof slack.faults.add>[0]),
  clear: () => slack.faults.clear(),
  outage: () => slack.beginOutage(),
  endOutage: () => slack.endOutage(),
  disconnect: () => slack.socket.disconnectAll('refresh_requested'),
  cut: () => slack.socket.cutAll(),
  record: () => ({
    messages: slack.space.messages.map((each) => ({
      ...each,
      text: latest(each).text,
      files: each.files.map(({ id, name, hash }) => ({ id, name, hash })),
    })),
    ephemerals: slack.space.ephemerals,
    requests: slack.requests.map(({ at, method, error }) => ({ at, method, error })),
    refusedByLimit: slack.limits.refused,
    deliveries: slack.deliveries.all.map(({ id, type, attempts }) => ({ id, type, attempts })),
  }),
}

createServer(async (request, response) => {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const control = controls[(request.url ?? '/').slice(1)]
    if (!control) response.writeHead(404).end()
    else {
      const result = await control(JSON.parse(String(Buffer.concat(chunks)) || '{}') as Body)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null))
    }
  } catch (thrown) {
    response.writeHead(500).end(String(thrown))
  }
}).listen(Number(controlPort), '127.0.0.1', () => console.log(`slack stand-in ${slack.apiUrl}`))
