import { givenOptions, serveControls } from '../stand-in/serve.ts'
import { controlsOf } from './controls.ts'
import { type Mode, openSlack } from './open.ts'
import type { SlackOptions } from './stand-in/index.ts'

// Run as a program: a Slack in a process of its own, which outlives the bot that a test kills.
const { mode, ...options } = givenOptions<{ mode: Mode } & Partial<SlackOptions>>()
const slack = await openSlack(mode, options)
serveControls(controlsOf(slack), { apiUrl: slack.apiUrl })
