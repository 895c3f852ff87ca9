import { givenOptions, serveControls } from '../../stand-in/serve.ts'
import { type StandInOptions, startDiscord } from './start.ts'

// Run as a program: a Discord in a process of its own, which outlives the bot that a test kills.
const { url, token, applicationId, controls } = await startDiscord(givenOptions<StandInOptions>())
serveControls(controls, { url, token, applicationId })
