import { describe, expect, it } from 'vitest'
import { helpIn } from '../../src/bots/help.ts'
import { isSmallTalk } from '../../src/bots/small-talk.ts'
import { readWords, speaksOfPicture } from '../../src/bots/words.ts'
import { catalogue } from '../../src/core/models.ts'
import { parseRequest } from '../../src/core/request.ts'

const read = (text: string) => readWords(text, catalogue)

describe('options in plain words', () => {
  it('are read off the end of the prompt', () => {
    expect(read('a lion at dusk 9:16 1080p 8s fast --no cartoon, blurry --seed 7')).toEqual({
      input: {
        prompt: 'a lion at dusk',
        aspectRatio: '9:16',
        resolution: '1080p',
        durationSeconds: '8',
        model: 'fast',
        negativePrompt: 'cartoon, blurry',
        seed: '7',
      },
      private: false,
      references: false,
    })
  })

  it('may follow a flag, and a flag may follow them', () => {
    expect(read('a lion --seed 7 9:16 lite').input).toEqual({
      prompt: 'a lion',
      seed: '7',
      aspectRatio: '9:16',
      model: 'lite',
    })
    expect(read('a lion --no text 4K --draft --private')).toMatchObject({
      input: { prompt: 'a lion', negativePrompt: 'text', resolution: '4K', draft: true },
      private: true,
    })
  })

  it('leave a sentence alone that only ends like one', () => {
    expect(read('a car driving fast').input).toEqual({ prompt: 'a car driving fast' })
    expect(read('a diner in the 80s').input).toEqual({ prompt: 'a diner in the 80s' })
    expect(read('a diner in the 80s 8s').input).toEqual({ prompt: 'a diner in the 80s', durationSeconds: '8' })
    expect(read('a countdown of 8 seconds').input).toEqual({ prompt: 'a countdown of 8 seconds' })
    expect(read('the score is 3:2 at half time').input.prompt).toBe('the score is 3:2 at half time')
    expect(read('well-known -- and loved').input.prompt).toBe('well-known -- and loved')
  })

  it('are understood with a dash, as phones write two hyphens', () => {
    expect(read('a lion —no cartoon').input).toEqual({ prompt: 'a lion', negativePrompt: 'cartoon' })
  })

  it('are refused by name where they are not known', () => {
    expect(() => read('a lion --speed 3')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        problems: [expect.objectContaining({ given: '--speed 3', rule: 'malformed' })],
      }),
    )
    expect(() => read('a lion --seed')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    expect(() => read('a lion --seed 7 quickly')).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ given: 'quickly' })] }),
    )
  })

  it('are a model’s word also where that model is not offered: then it is refused, for nothing', () => {
    const omni = catalogue.filter((model) => model.service === 'omni')
    const { input } = readWords('a lion 9:16 1080p 8s fast', omni)
    expect(input).toMatchObject({ prompt: 'a lion', model: 'fast', durationSeconds: '8' })
    expect(() => parseRequest(input, omni)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ field: 'model', given: 'fast' })] }),
    )
  })

  it('may be all there is: then the prompt is empty', () => {
    expect(read('9:16 8s').input).toEqual({ prompt: '', aspectRatio: '9:16', durationSeconds: '8' })
    expect(read('').input).toEqual({ prompt: '' })
  })

  it('tell whether somebody speaks of a picture', () => {
    expect(speaksOfPicture('animate the picture above')).toBe(true)
    expect(speaksOfPicture('belebe das Bild da oben')).toBe(true)
    expect(speaksOfPicture('a lion at dusk')).toBe(false)
  })
})

it('the help teaches what the offered models take, and nothing else', () => {
  const offered = (service: string) => catalogue.filter((model) => model.service === service)
  const veo = helpIn('en', offered('developer'))
  expect(veo).toContain('16:9, 9:16, 720p, 1080p, 4k, 8s')
  expect(veo).toContain('“fast”')
  expect(veo).toContain('--no')
  const omni = helpIn('en', offered('omni'))
  expect(omni).toContain('16:9, 9:16, 360p, 720p, 1080p, 4k, 8s')
  expect(omni).not.toMatch(/fast|--no|veo/)
  expect(helpIn('de', [])).toMatch(/8s“\.$/)
})

describe('small talk', () => {
  it.each([
    'Hi!',
    'hello :wave:',
    'Thanks !',
    'help',
    'Vielen Dank!!',
    'À l’aide',
    '¡Buenos dias!',
    'ありがとうございます。',
    '??',
    '…',
    '👍',
    '👍🏽 ❤️!',
    '😂😂',
    ':+1:',
    ':clap::skin-tone-3: :heart:',
    '<:pepe:123456789012345678>',
    'thanks <a:party_blob:123456789012345678>!',
    'https://tenor.com/view/cat-gif-123',
    '<https://tenor.com/view/cat-gif-123> https://example.org',
    'OK.',
    'yes',
    'approve',
    'Stop!',
    'Abgelehnt',
    'd’accord',
    'Sí',
    'キャンセル',
  ])('“%s” asks for no video', (text) => expect(isSmallTalk(text)).toBe(true))
  it.each([
    'hi from the moon',
    'thanks, now a lion',
    'help is coming over the hill',
    '🦁🌅',
    ':lion_face: :sunrise:',
    'a lion <:pepe:123456789012345678>',
    'https://example.org in neon letters',
    'no lions, only rain',
    'stop motion',
    '8',
    '',
  ])('“%s” may be one', (text) => expect(isSmallTalk(text)).toBe(false))
})
