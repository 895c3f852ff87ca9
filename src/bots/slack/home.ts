import type { types } from '@slack/bolt'
import type { Operation } from '../../core/operation.ts'
import { money, say } from '../../core/wording.ts'
import { type Block, sayingBlock, smallBlock } from './blocks.ts'
import { type Desk, listingFor } from './desk.ts'
import { type Listing, lines } from './lists.ts'
import type { SlackPerson } from './people.ts'
import { escapeText } from './text.ts'

const shown = 15
const onePage = 100

/** Shows a person's home page as it is now. */
export async function showHome(desk: Desk, person: SlackPerson, user: string): Promise<void> {
  const view = await homeView(await listingFor(desk, person))
  await desk.api.client.views.publish({ user_id: user, view })
}

/** One's own Operations, a button for a new one; for admins also everybody's and the month's cost. */
async function homeView(listing: Listing): Promise<types.HomeView> {
  const { commands, person } = listing
  const { locale } = person
  const own = await commands.list({ requester: person.id }, person, null, shown)
  const blocks: Block[] = [
    {
      type: 'actions',
      block_id: 'v1:home',
      elements: [
        {
          type: 'button',
          action_id: 'v1:new',
          style: 'primary',
          text: { type: 'plain_text', text: say(locale, 'form.video.title') },
        },
      ],
    },
    sayingBlock(say(locale, 'chat.videos.title'), nothingIn(own.operations, locale)),
    ...(await lines(own.operations, listing)),
  ]
  if (person.admin) {
    const all = await commands.list({ workspace: person.workspace }, person, null, shown)
    const cost = await costThisMonth(listing)
    blocks.push(
      { type: 'divider' },
      sayingBlock(say(locale, 'chat.operations.title'), nothingIn(all.operations, locale)),
      smallBlock(escapeText(say(locale, 'slack.home.month', cost))),
      ...(await lines(all.operations, listing, true)).map((block) => ({ ...block, block_id: `all:${block.block_id}` })),
    )
  }
  return { type: 'home', blocks }
}

function nothingIn(operations: readonly Operation[], locale: string): string {
  return operations.length === 0 ? say(locale, 'chat.list.empty') : ' '
}

/** What this month's Operations (UTC, as budgets count) have cost and may yet cost. */
async function costThisMonth({ commands, person, now }: Listing) {
  const today = new Date(now)
  const since = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1)
  let settled = 0
  let reserved = 0
  let cursor: string | null = null
  do {
    const page = await commands.list({ workspace: person.workspace, since }, person, cursor, onePage)
    for (const { charge, priceMicros } of page.operations) {
      if (charge === 'settled') settled += priceMicros
      if (charge === 'reserved' || charge === 'uncertain') reserved += priceMicros
    }
    cursor = page.next
  } while (cursor !== null)
  return { settled: money(settled), reserved: money(reserved) }
}
