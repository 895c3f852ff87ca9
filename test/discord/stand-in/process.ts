import { startDiscord } from './start.ts'

// Run as a program: a Discord in a process of its own, which outlives the bot that a test kills.
// Prints one line of JSON, {url, token, applicationId}, once it listens; its options come as JSON in the first argument.
const standIn = await startDiscord(JSON.parse(process.argv[2] ?? '{}'))
console.log(JSON.stringify({ url: standIn.url, token: standIn.token, applicationId: standIn.applicationId }))
