import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shorten } from '../../src/bots/shorten.ts'
import { quoteBlock, sayingBlock } from '../../src/bots/slack/blocks.ts'
import { linkTo, placeOf, threadOf } from '../../src/bots/slack/place.ts'
import { escapeText, fitEscaped, plainInMarkdown, plainText } from '../../src/bots/slack/text.ts'
import { blockProblems, pingsOf, unescapedIn } from './stand-in/block-kit.ts'

describe('what people write', () => {
  it('never pings, never breaks out and always fits, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000, minLength: 1 }), (wild) => {
        const text = `<!channel> <@U123> ${wild} &<>`
        const blocks = [quoteBlock(text), sayingBlock('A title', shorten(text, 2000))]
        expect(blockProblems(blocks, 'message')).toEqual([])
        expect(pingsOf(fitEscaped(text, 500), blocks as never)).toEqual([])
        expect(unescapedIn(fitEscaped(text, 500), blocks as never)).toEqual([])
        expect(fitEscaped(text, 500).length).toBeLessThanOrEqual(500)
        expect(fitEscaped(text, 500)).not.toMatch(/&(?!amp;|lt;|gt;)/)
      }),
    )
  })

  it('comes out of Slack’s markup as they wrote it', () => {
    expect(plainText('<@U0BOT> a &lt;b&gt; by <@U1|ann> in <#C1|general> <!here> <https://x.y/z|x.y>', 'U0BOT')).toBe(
      'a <b> by @ann in #general @here https://x.y/z',
    )
    expect(plainText('&amp;lt;', 'U0BOT')).toBe('&lt;')
  })

  it('is shown in mrkdwn without formatting', () => {
    expect(plainInMarkdown('*bold* _it_ ~no~ `code` <x>', 100)).toBe(' bold   it   no   code  &lt;x&gt;')
    expect(escapeText('a & b')).toBe('a &amp; b')
  })
})

describe('places', () => {
  it('go into a thread string and come back', () => {
    for (const place of [
      { team: 'T1', channel: 'C1', root: '17.5' },
      { team: 'T1', channel: 'U1', root: null },
    ]) {
      expect(placeOf(threadOf(place))).toEqual(place)
    }
  })

  it('have a link once Slack has told the message', () => {
    expect(linkTo('https://x.slack.com/', 'C1:1700000001.000200')).toBe(
      'https://x.slack.com/archives/C1/p1700000001000200',
    )
    expect(linkTo('https://x.slack.com/', 'C1:F123')).toBeNull()
  })
})
