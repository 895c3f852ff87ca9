import { describe, expect, it, vi } from 'vitest'
import { type Step, steps } from '../../src/core/steps.ts'
import { Installation } from './service.ts'

/** A worker that was killed in the middle of a step is waited for until its lease has run out: 10 seconds. */
const soon = { timeout: 50_000, interval: 100 }

/** Reached while the start goes on beside it: the kill may or may not fall between the start and its answer. */
const besideTheStart: readonly Step[] = ['accepted', 'status posted', 'status recorded']
/** Between these two nobody can know whether Google began, so it is not asked again. */
const uncertain: readonly Step[] = ['start recorded', 'start answered']

async function killedAt(killAt: Step) {
  const installation = await Installation.open()
  try {
    const first = await installation.start({ killAt })
    const asked = await first.ask({ prompt: `killed: ${killAt}` }, 'the-same-key')
    const ended = await first.end()
    const second = await installation.start()
    // Whoever got no answer asks again under the same key, as the chat platforms do.
    const again = asked ?? (await second.ask({ prompt: `killed: ${killAt}` }, 'the-same-key'))
    const id = again?.shown.operation_id ?? ''
    const shown = await vi.waitFor(async () => {
      const now = await second.look(id)
      expect(['completed', 'error']).toContain(now.status)
      return now
    }, soon)
    return { ended, shown, id, starts: installation.google.starts.length, files: await installation.outputs() }
  } finally {
    await installation.close()
  }
}

describe('killed without warning', { timeout: 120_000, concurrent: true }, () => {
  const certain = steps.filter((step) => !uncertain.includes(step) && !besideTheStart.includes(step))

  it.each(certain)('after “%s”, it goes on to one start at Google, one file, completed', async (step) => {
    const { ended, shown, id, starts, files } = await killedAt(step)
    expect(ended).toBe('SIGKILL')
    expect({ status: shown.status, starts, files }).toEqual({
      status: 'completed',
      starts: 1,
      files: [`gen_video_${id}.mp4`],
    })
  })

  it.each(uncertain)('after “%s”, it says that it was interrupted and does not ask Google twice', async (step) => {
    const { ended, shown, starts, files } = await killedAt(step)
    expect(ended).toBe('SIGKILL')
    expect(shown).toMatchObject({ status: 'error', error_code: 'interrupted' })
    expect(starts).toBe(step === 'start recorded' ? 0 : 1)
    expect(files).toEqual([])
  })

  it.each(besideTheStart)(
    'after “%s”, it ends with its own video or says that it was interrupted, asked for once',
    async (step) => {
      const { ended, shown, id, starts, files } = await killedAt(step)
      expect(ended).toBe('SIGKILL')
      if (shown.status === 'completed') expect({ starts, files }).toEqual({ starts: 1, files: [`gen_video_${id}.mp4`] })
      else
        expect({ code: shown.error_code, files, once: starts <= 1 }).toEqual({
          code: 'interrupted',
          files: [],
          once: true,
        })
    },
  )
})
