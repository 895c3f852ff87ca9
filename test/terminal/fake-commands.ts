import { acceptedAs } from '../../src/core/accepted.ts'
import { cardOf } from '../../src/core/cards.ts'
import { VideoError } from '../../src/core/errors.ts'
import { catalogue } from '../../src/core/models.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Submission, VideoCommands } from '../../src/core/ports/commands.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import { parseRequest, type SavedImage } from '../../src/core/request.ts'

const bornAt = Date.UTC(2026, 10, 22, 12, 0, 0)
export const expectedAt = bornAt + 65_000

/** One change of the row, made when the watcher sleeps for the n-th time. */
export type Step = Partial<Operation>

/** A row as core would have made it of a submission. */
function rowOf({ eventId, person, thread, input }: Submission): Operation {
  return {
    ...acceptedAs({
      id: '0199-op',
      eventId,
      hold: null,
      request: parseRequest(input, catalogue),
      parentId: null,
      relation: null,
      requester: person.id,
      requesterName: person.name,
      workspace: person.workspace,
      thread,
      locale: 'en',
      private: false,
      priceMicros: 800_000,
      charge: 'reserved',
      createdAt: bornAt,
      announceDueAt: 0,
    }),
    version: 1,
  }
}

/** Commands over one row which takes the next step of `script` each time the watcher sleeps, and a clock to match. */
export function fakeCommands(script: readonly Step[], whenAsleep: () => void = () => undefined) {
  const submissions: Submission[] = []
  const images: string[] = []
  const steps = [...script]
  let row: Operation | null = null
  let now = bornAt
  const known = (id: string) => {
    if (row?.id !== id) throw new VideoError('not_found', id)
    return row
  }
  const commands: Pick<VideoCommands, 'submit' | 'get' | 'card' | 'subscribe' | 'takeImage'> = {
    async submit(submission) {
      row = rowOf(submission)
      submissions.push(submission)
      return { operation: row, created: true }
    },
    get: async (id) => known(id),
    card: async (operation) =>
      cardOf(operation, {
        now,
        position: 0,
        expectedAt: operation.status === 'processing' ? expectedAt : null,
        chainMicros: null,
        retentionDays: 2,
        paused: false,
        suggests: false,
      }),
    subscribe: () => () => undefined,
    async takeImage(bytes): Promise<SavedImage> {
      let text = ''
      for await (const chunk of bytes) text += Buffer.from(chunk).toString()
      if (text === 'not an image') throw new VideoError('bad_image', text, { facts: { why: 'not_an_image' } })
      images.push(text)
      return { kind: 'saved', file: `uploads/${text}`, mimeType: 'image/png', width: 2, height: 2 }
    },
  }
  const clock: Clock = {
    now: () => now,
    async sleep(milliseconds) {
      now += milliseconds
      const step = steps.shift()
      if (row && step) row = { ...row, ...step, version: row.version + 1 }
      whenAsleep()
    },
  }
  return { commands, clock, submissions, images, bornAt }
}
