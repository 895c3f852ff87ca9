import { Client, Events, GatewayIntentBits } from 'discord.js'

// A bare discord.js handler that only defers. Run as a program: node bench/baselines/defer.ts API_URL TOKEN.
const [api = '', token = ''] = process.argv.slice(2)
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api } })
client.on(Events.InteractionCreate, (interaction) => {
  if (interaction.isChatInputCommand()) void interaction.deferReply({ withResponse: true })
})
const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve))
await client.login(token)
await ready
await client.application?.commands.set([
  {
    name: 'video',
    description: 'Make a video',
    options: [{ name: 'prompt', description: 'What to show', type: 3, required: true }],
  },
])
console.log('ready')
