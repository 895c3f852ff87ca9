import { announce } from '../../src/core/announce.ts'
import type { Card } from '../../src/core/card.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import type { House } from '../money/house.ts'

/** A thread, what its status message said and promised each time, and one round of telling what is due. */
export function openThread({ core, commands, clock }: House) {
  const said: string[] = []
  const promised: (number | null)[] = []
  const show = ({ text, expectedAt }: Card) => {
    said.push(text)
    promised.push(expectedAt)
  }
  const messenger: Messenger = {
    platform: 'discord',
    post: async (_, card) => {
      show(card)
      return 'status'
    },
    edit: async (_, __, card) => show(card),
    deliver: () => Promise.reject(new Error('nothing has ended')),
  }
  const lane = {
    owner: 'me',
    signal: new AbortController().signal,
    messengers: new Map([['discord', messenger]]),
    card: commands.card,
  }
  const tell = async () => {
    const { time } = clock
    const due = await core.store.claimAnnouncements({ owner: 'me', now: time, until: time + 9_000 }, 9)
    for (const each of due) await announce(core, each, lane)
  }
  return { said, promised, tell }
}
