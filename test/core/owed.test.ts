import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { announce } from '../../src/core/announce.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation.ts'
import { forgetPeople } from '../../src/core/people.ts'
import type { CheckOutcome } from '../../src/core/ports/google.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { keepHouse } from '../../src/core/retire.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from '../money/house.ts'

const day = 86_400_000
const anna = someone('anna')
const admin = someone('otto', { admin: true })

describe('what its thread is owed of a finished video', () => {
  let store: OperationStore
  let house: House
  /** Names of the videos on the disk. */
  let disk: Set<string>
  /** What stands in the thread under each name, beside the status message. */
  let thread: Map<string, string>
  let post: Messenger['post']
  let deliver: Messenger['deliver']
  let edit: Messenger['edit']
  let withdraw: NonNullable<Messenger['withdraw']>
  /** Messages that were withdrawn, null for what no row names. */
  let asked: (string | null)[]
  /** What the status message was last made to say. */
  let status: string
  let posted: number
  /** Ends the process that tells. */
  let stop: AbortController
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store, policy: { retentionDays: 2 } })
    disk = new Set()
    thread = new Map()
    posted = 0
    status = ''
    post = async (_, { title, text }) => {
      status = `${title}. ${text}`
      return 'status'
    }
    edit = async (_, __, { title, text }) => {
      status = `${title}. ${text}`
    }
    asked = []
    withdraw = async (_, message) => {
      if (message === null) thread.clear()
      else thread.delete(message)
    }
    stop = new AbortController()
    deliver = async (_, { title }, video, __, before) => {
      const there = [...thread.keys()].find((name) => !before.includes(name))
      if (there !== undefined) return { message: there, problem: null }
      posted += 1
      thread.set(`outcome ${posted}`, video === null ? title : `video: ${title}`)
      return { message: `outcome ${posted}`, problem: null }
    }
    const { files } = house.core
    const fakes = {
      saveVideo: async (...given: Parameters<typeof files.saveVideo>) => {
        const saved = await files.saveVideo(...given)
        disk.add(saved.file)
        return saved
      },
      open: async (file: string) => (disk.has(file) ? { file, bytes: 1, mimeType: 'video/mp4', modifiedAt: 0 } : null),
      remove: async (file: string) => void disk.delete(file),
      sweep: async () => 0,
    }
    Object.assign(house.core, { files: fakes })
  })
  afterEach(() => store.close())

  async function finished(): Promise<Operation> {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    await house.start()
    house.google.check = async () => done
    house.clock.time += 60_000
    await house.check()
    return operation
  }
  /** One round of telling what is due, after so many milliseconds. */
  async function tell(after = 60_000): Promise<void> {
    house.clock.time += after
    const { time } = house.clock
    const messenger: Messenger = {
      platform: 'discord',
      post: (...given) => post(...given),
      edit: (...given) => edit(...given),
      deliver: (...given) => deliver(...given),
      withdraw: (...given) => {
        asked.push(given[1])
        return withdraw(...given)
      },
    }
    const lane = {
      owner: 'me',
      signal: stop.signal,
      messengers: new Map([['discord', messenger]]),
      card: house.commands.card,
    }
    const due = await store.claimAnnouncements({ owner: 'me', now: time, until: time + 9_000 }, 9)
    for (const each of due) await announce(house.core, each, lane)
  }

  it('comes with its file however long nobody could tell it, and is kept as long as any other from then on', async () => {
    await finished()
    house.clock.time += 5 * day
    await keepHouse(house.core)
    await tell()
    expect([...thread.values()]).toEqual(['video: Your video is ready'])
    house.clock.time += 2 * day - 60_000
    await keepHouse(house.core)
    expect(disk.size).toBe(1)
    house.clock.time += 120_000
    await keepHouse(house.core)
    expect(disk.size).toBe(0)
  })

  it.each<[string, CheckOutcome]>([
    ['does not know it', { state: 'failed', error: new VideoError('lost_operation', '404 NOT_FOUND') }],
    ['is at work on its file again', { state: 'running' }],
  ])('is waited for as long as Google keeps it where its file is gone and Google %s', async (_, outcome) => {
    const { id } = await finished()
    disk.clear()
    house.google.check = async () => outcome
    for (let hour = 5; hour <= 45; hour += 5) await tell(5 * 3_600_000)
    expect([...thread]).toEqual([])
    expect((await house.commands.card((await store.get(id)) as Operation)).text).toContain('tried again by itself')
    house.google.check = async () => done
    await tell(3_600_000)
    expect([...thread.values()]).toEqual(['video: Your video is ready'])
  })

  it('is said to be gone once Google keeps it no longer, or where Google says that it failed', async () => {
    const lost = new VideoError('lost_operation', '404 NOT_FOUND')
    for (const [hours, error] of [
      [48, lost],
      [1, new VideoError('google_error', 'INTERNAL')],
    ] as const) {
      await finished()
      disk.clear()
      thread.clear()
      house.google.check = async () => ({ state: 'failed', error })
      await tell(hours * 3_600_000)
      expect([...thread.values()]).toEqual(['The file of this video is gone'])
    }
  })

  it('stands there once when an admin has it posted again, and goes with what its person deletes', async () => {
    const { id } = await finished()
    await tell()
    await house.commands.deliverAgain(id, admin)
    await tell()
    expect([...thread.keys()]).toEqual(['outcome 2'])
    await house.commands.remove(id, anna)
    await tell()
    expect([...thread.keys()]).toEqual([])
  })

  it.each([
    ['for good', new VideoError('not_now', 'closed', { facts: { why: 'gone' } })],
    ['for days', new VideoError('unreachable', 'storage_limit_reached', { retryable: true })],
  ])('stays where it hangs when an admin has it posted again and its place refuses that %s', async (_, refusal) => {
    const { id } = await finished()
    await tell()
    const post = deliver
    deliver = () => Promise.reject(refusal)
    await house.commands.deliverAgain(id, admin)
    for (let hour = 0; hour < 50; hour += 2) await tell(2 * 3_600_000)
    expect([...thread]).toEqual([['outcome 1', 'video: Your video is ready']])
    expect(status).toContain('It could not be posted where you asked for it')
    deliver = post
    await house.commands.deliverAgain(id, admin)
    await tell()
    expect([...thread.keys()]).toEqual(['outcome 2'])
    expect(status).not.toContain('It could not be posted')
  })

  it.each(['before that is recorded', 'before the one before goes'])(
    'stands there once when the process that posts it again ends %s',
    async (moment) => {
      const { id } = await finished()
      await tell()
      const [post, takeAway] = [deliver, withdraw]
      const end = () => {
        stop.abort()
        throw stop.signal.reason
      }
      if (moment === 'before that is recorded') deliver = (...given) => post(...given).then(end)
      else withdraw = async () => end()
      await house.commands.deliverAgain(id, admin)
      await tell()
      expect([...thread.keys()]).toEqual(['outcome 1', 'outcome 2'])
      deliver = post
      withdraw = takeAway
      stop = new AbortController()
      await tell()
      expect([...thread.keys()]).toEqual(['outcome 2'])
      expect(await store.get(id)).toMatchObject({ deliveredMessage: 'outcome 2' })
      await tell()
      expect(posted).toBe(2)
    },
  )

  it('goes, and the message before it, where its person deletes it while it is being posted again', async () => {
    const { id } = await finished()
    await tell()
    const post = deliver
    deliver = async (...given) => {
      const delivery = await post(...given)
      await house.commands.remove(id, anna)
      return delivery
    }
    await house.commands.deliverAgain(id, admin)
    await tell()
    expect([posted, ...thread.keys()]).toEqual([2])
    expect(status).toMatch(/^Removed\. [^.]*\.$/)
  })

  it.each(['once', 'again'])(
    'goes where it was posted %s, without a word of that, and its person deletes it',
    async (times) => {
      const { id } = await finished()
      if (times === 'again') {
        await tell()
        await house.commands.deliverAgain(id, admin)
      }
      const post = deliver
      deliver = async (...given) => {
        await post(...given)
        throw new VideoError('unreachable', 'the answer was lost', { retryable: true })
      }
      await tell()
      expect([...thread.values()].at(-1)).toBe('video: Your video is ready')
      await house.commands.remove(id, anna)
      withdraw = () => Promise.reject(new VideoError('unreachable', '503', { retryable: true }))
      await tell()
      withdraw = async (_, message) => void (message === null ? thread.clear() : thread.delete(message))
      await tell()
      expect([...thread]).toEqual([])
      expect(status).toMatch(/^Removed\. [^.]*\.$/)
    },
  )

  it('goes also where it comes to its thread only after its person deleted it', async () => {
    const { id } = await finished()
    deliver = () => Promise.reject(new VideoError('unreachable', 'the answer was lost', { retryable: true }))
    await tell()
    await house.commands.remove(id, anna)
    await tell(0)
    expect(status).toMatch(/^Removed\./)
    thread.set('late', 'video: Your video is ready')
    await tell(12_500)
    expect([...thread]).toEqual([])
    await tell()
    expect(asked).toEqual([null, null])
  })

  it('is asked for nowhere where it was deleted before its thread was told of it at all', async () => {
    const { id } = await finished()
    await house.commands.remove(id, anna)
    await tell()
    expect([asked, status]).toEqual([[], expect.stringMatching(/^Removed\./)])
  })

  it('goes with all that was posted of it, also what could not be taken away when it was posted again', async () => {
    const { id } = await finished()
    await tell()
    const takeAway = withdraw
    withdraw = () => Promise.reject(new VideoError('unreachable', '503', { retryable: true }))
    for (const outcomes of [2, 3]) {
      await house.commands.deliverAgain(id, admin)
      for (let n = 0; n < 5; n += 1) await tell()
      expect(thread.size).toBe(outcomes)
    }
    await house.commands.remove(id, anna)
    await tell()
    withdraw = async (operation, message, signal) => {
      if (message === 'outcome 2') throw new VideoError('not_now', 'it is kept')
      await takeAway(operation, message, signal)
    }
    await tell(120_000)
    expect([...thread.keys()]).toEqual(['outcome 2'])
    expect(status).toMatch(/^Removed\. .* still stands/)
  })

  it('goes however often posting it again and then taking it away was refused', async () => {
    const { id } = await finished()
    await tell()
    house.clock.time += 3 * day
    const [post, takeAway] = [deliver, withdraw]
    const refuse = () => Promise.reject(new VideoError('unreachable', '503', { retryable: true }))
    deliver = refuse
    withdraw = refuse
    await house.commands.deliverAgain(id, admin)
    for (let n = 0; n < 19; n += 1) await tell(120_000)
    deliver = post
    for (let n = 0; n < 5; n += 1) await tell(120_000)
    expect([...thread.keys()]).toEqual(['outcome 1', 'outcome 2'])
    withdraw = takeAway
    await tell(120_000)
    expect([...thread.keys()]).toEqual(['outcome 2'])
  })

  it('says once its person deletes it that a message stands which could never be taken away', async () => {
    const { id } = await finished()
    await tell()
    const takeAway = withdraw
    withdraw = async (operation, message, signal) => {
      if (message === 'outcome 1') throw new VideoError('not_now', 'it is kept')
      await takeAway(operation, message, signal)
    }
    await house.commands.deliverAgain(id, admin)
    await tell()
    expect([...thread.keys()]).toEqual(['outcome 1', 'outcome 2'])
    await house.commands.remove(id, anna)
    await tell()
    expect([...thread.keys()]).toEqual(['outcome 1'])
    expect(status).toMatch(/^Removed\. .* still stands/)
    // A press emptied the newest one: the other stands all the same.
    await house.commands.emptied((await store.get(id)) as Operation, 'outcome 2')
    await tell()
    expect(status).toMatch(/^Removed\. .* still stands/)
    expect(await house.commands.forgetMe(anna)).toMatchObject({ stays: 1 })
    withdraw = takeAway
    await house.commands.emptied((await store.get(id)) as Operation, 'outcome 2')
    await tell()
    expect(status).toMatch(/^Removed\. [^.]*\.$/)
  })

  it('counts a status message no more that a press has emptied, and posts no other in its stead', async () => {
    const { id } = await finished()
    await tell()
    edit = () => Promise.reject(new VideoError('not_now', 'is_archived'))
    await house.commands.remove(id, anna)
    await tell()
    expect(await house.commands.forgetMe(anna)).toMatchObject({ stays: 1 })
    post = () => Promise.reject(new Error('nothing stands there any more'))
    await house.commands.emptied((await store.get(id)) as Operation, 'status')
    await tell()
    expect(await store.get(id)).toMatchObject({ statusMessage: null, deliveryProblem: null, announceAttempts: 0 })
    expect(await house.commands.forgetMe(anna)).toMatchObject({ stays: 0 })
  })

  it('leaves no name of a message that stays, once its person is forgotten', async () => {
    const { id } = await finished()
    await tell()
    withdraw = () => Promise.reject(new VideoError('not_now', 'it is kept'))
    await house.commands.deliverAgain(id, admin)
    await tell()
    const beside = () => store.kept(`standing.${id}`)
    expect(await beside()).toBe('outcome 1')
    await house.commands.forgetMe(anna)
    await tell()
    await forgetPeople(house.core)
    expect(await beside()).toBe('outcome 1')
    house.clock.time += day
    await forgetPeople(house.core)
    expect([(await store.get(id))?.requester, await beside()]).toEqual(['forgotten', null])
  })

  it.each([
    ['goes', true, /^Removed\. [^.]*\.$/],
    ['is said to stand', false, /^Removed\. .* still stands/],
  ])('is not posted again but %s where its person deletes it before that', async (_, canGo, says) => {
    const { id } = await finished()
    await tell()
    const takeAway = withdraw
    withdraw = () => Promise.reject(new VideoError('unreachable', '503', { retryable: true }))
    await house.commands.deliverAgain(id, admin)
    await house.commands.remove(id, anna)
    for (let n = 0; n < 5; n += 1) await tell()
    withdraw = canGo ? takeAway : () => Promise.reject(new VideoError('not_now', 'it is kept'))
    await tell()
    expect([...thread.keys()]).toEqual(canGo ? [] : ['outcome 1'])
    expect([posted, status]).toEqual([1, expect.stringMatching(says)])
  })

  it.each([
    ['until its thread was told, and is said to stand then,', 2_500, 2_500, 1],
    ['ten seconds at most', Number.POSITIVE_INFINITY, 9_750, 0],
  ])('is waited for %s where its person asks to be forgotten', async (_, toldAfter, waits, stays) => {
    await finished()
    await tell()
    withdraw = () => Promise.reject(new VideoError('not_now', 'it is kept'))
    let waited = 0
    house.clock.sleep = async (milliseconds) => {
      waited += milliseconds
      if (waited === toldAfter) await tell()
    }
    expect(await house.commands.forgetMe(anna)).toEqual({ removed: 1, running: 0, stays })
    expect(waited).toBe(waits)
  })

  it('is said to stand no more once it went after all', async () => {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    house.google.start = () => Promise.reject(new VideoError('interrupted', 'reset'))
    await house.start()
    await tell()
    const takeAway = withdraw
    withdraw = () => Promise.reject(new VideoError('not_now', 'it is kept'))
    await house.commands.remove(operation.id, anna)
    await tell()
    expect([thread.size, status]).toEqual([1, expect.stringMatching(/^Removed\. .* still stands/)])
    withdraw = takeAway
    await house.commands.settle(operation.id, false, admin)
    await tell()
    expect([thread.size, status]).toEqual([0, expect.stringMatching(/^Removed\. [^.]*\.$/)])
    expect(await store.get(operation.id)).toMatchObject({ deliveryProblem: null })
  })

  it('stays where it hangs when an admin wants it posted again and its file is nowhere any more', async () => {
    const { id } = await finished()
    await tell()
    disk.clear()
    house.google.check = async () => ({ state: 'failed', error: new VideoError('lost_operation', '404 NOT_FOUND') })
    house.clock.time += 48 * 3_600_000
    await house.commands.deliverAgain(id, admin)
    await tell()
    expect([...thread]).toEqual([['outcome 1', 'video: Your video is ready']])
    expect(status).toContain('This video has been tidied away')
    await expect(house.commands.deliverAgain(id, admin)).rejects.toMatchObject({ code: 'not_now' })
    await tell()
    expect([...thread.keys()]).toEqual(['outcome 1'])
  })

  it.each([
    ['and is posted anew then', true],
    ['and for good where that takes too long', false],
  ])('hangs there until its file can be had to be posted again, %s', async (_, comesBack) => {
    const { id } = await finished()
    await tell()
    const away = new VideoError('unreachable', '503', { retryable: true })
    const { open } = house.core.files
    Object.assign(house.core.files, { open: () => Promise.reject(away) })
    await house.commands.deliverAgain(id, admin)
    for (let hour = 0; hour < 50; hour += 2) await tell(2 * 3_600_000)
    expect([...thread]).toEqual([['outcome 1', 'video: Your video is ready']])
    expect(status).toContain('It could not be posted where you asked for it: it is kept among your videos.')
    Object.assign(house.core.files, { open })
    if (comesBack) await house.commands.deliverAgain(id, admin)
    await tell()
    house.clock.time += 3 * day
    await keepHouse(house.core)
    await tell()
    expect(status).toContain('This video has been tidied away')
    expect([...thread]).toEqual([[comesBack ? 'outcome 2' : 'outcome 1', 'video: Your video is ready']])
  })

  it('is not taken from there to be posted again once its file was tidied away', async () => {
    const { id } = await finished()
    await tell()
    house.clock.time += 3 * day
    await keepHouse(house.core)
    await expect(house.commands.deliverAgain(id, admin)).rejects.toMatchObject({ code: 'not_now' })
    await tell()
    expect([...thread.values()]).toEqual(['video: Your video is ready'])
  })

  it.each(['accepted', 'refused'])(
    'stays where it hangs where it is tidied away as a wish to have it posted again is %s',
    async (wish) => {
      const { id } = await finished()
      await tell()
      house.clock.time += 3 * day
      const { expired, get } = store
      const again = () => house.commands.deliverAgain(id, admin)
      if (wish === 'accepted') {
        // The others that are over take their time.
        store.expired = async (...given) => {
          const found = await expired(...given)
          if (found.length > 0) await again()
          return found
        }
        await keepHouse(house.core)
      } else {
        store.get = async (...given) => {
          const found = await get(...given)
          await keepHouse(house.core)
          return found
        }
        await expect(again()).rejects.toMatchObject({ code: 'not_now' })
      }
      store.get = get
      for (let n = 0; n < 3; n += 1) await tell()
      expect([...thread]).toEqual([['outcome 1', 'video: Your video is ready']])
      expect(status).toContain('This video has been tidied away')
      expect(await store.get(id)).toMatchObject({ deliveredMessage: 'outcome 1', deliveredAt: expect.any(Number) })
    },
  )

  it('is said to be kept among its person’s videos where its thread is given up as its first message is posted', async () => {
    await finished()
    const accepts = post
    post = () => Promise.reject(new VideoError('unreachable', '503', { retryable: true }))
    await tell()
    await tell()
    post = accepts
    deliver = () => Promise.reject(new VideoError('not_now', 'closed', { facts: { why: 'gone' } }))
    await tell()
    await tell()
    expect(status).toContain('the place is gone or closed to the bot; you find it among your videos.')
  })

  it('is among its person’s videos for as long as any other once its thread was given up', async () => {
    const { id } = await finished()
    const closed = new VideoError('not_now', 'closed', { facts: { why: 'gone' } })
    deliver = () => Promise.reject(closed)
    await tell(4 * day)
    await tell()
    await keepHouse(house.core)
    expect(await store.get(id)).toMatchObject({ deliveryProblem: 'gone', retiredAt: null })
    house.clock.time += 2 * day - 120_000
    await keepHouse(house.core)
    expect(disk.size).toBe(1)
    house.clock.time += 240_000
    await keepHouse(house.core)
    expect(disk.size).toBe(0)
    const { title } = await house.commands.card((await store.get(id)) as Operation)
    expect(title).toBe('This video has been tidied away')
  })
})
