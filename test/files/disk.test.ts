import { mkdir, open, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFiles } from '../../src/files/open.ts'
import { Temporary, writer } from '../../src/files/temporary.ts'
import { filesContract } from '../contracts/files.ts'
import { mp4 } from './mp4-fixture.ts'
import { collectingLog, never, type Opened, openTemporaryFiles, refusalOf } from './setup.ts'

filesContract('the outputs folder', openTemporaryFiles)

describe('the outputs folder', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openTemporaryFiles()
  })
  afterEach(() => opened.close())

  const save = (id: string, bytes: Uint8Array = mp4()) => opened.files.saveVideo(id, { kind: 'bytes', bytes }, never)

  it('holds exactly one file after a video was saved twice and once in vain', async () => {
    await save('a')
    await save('a')
    await refusalOf(save('b', Buffer.from('nothing')))
    expect(await readdir(opened.folder)).toEqual(['gen_video_a.mp4', 'uploads'])
  })

  it('follows no link out of itself, neither a file’s nor a folder’s', async () => {
    const outside = join(opened.folder, '..', `outside-${process.pid}`)
    const image = 'input_00000000-0000-4000-8000-000000000000.png'
    await mkdir(outside)
    try {
      await writeFile(join(outside, image), 'secret')
      await symlink(join(outside, image), join(opened.folder, 'gen_video_link.mp4'))
      await rm(join(opened.folder, 'uploads'), { recursive: true })
      await symlink(outside, join(opened.folder, 'uploads'))
      expect(await opened.files.open('gen_video_link.mp4')).toBeNull()
      expect(await opened.files.open(`uploads/${image}`)).toBeNull()
    } finally {
      await rm(outside, { recursive: true })
    }
  })

  it('opens no folder that is named like a video', async () => {
    await mkdir(join(opened.folder, 'gen_video_folder.mp4'))
    expect(await opened.files.open('gen_video_folder.mp4')).toBeNull()
  })

  it('sweeps forgotten temporary files without asking, and leaves files of others alone', async () => {
    const temporary = '.part_00000000-0000-4000-8000-000000000000.mp4'
    for (const file of [temporary, '.part_00000000-0000-4000-8000-000000000001.mp4', '.gitkeep', 'notes.txt']) {
      await writeFile(join(opened.folder, file), '')
    }
    for (const file of [temporary, '.gitkeep', 'notes.txt']) await opened.age(file)
    const asked: string[] = []
    const removed = await opened.files.sweep(async (file) => {
      asked.push(file)
      return true
    })
    expect({ removed, asked }).toEqual({ removed: 1, asked: [] })
    expect(await readdir(opened.folder)).toEqual([
      '.gitkeep',
      '.part_00000000-0000-4000-8000-000000000001.mp4',
      'notes.txt',
      'uploads',
    ])
  })

  it('comes back when someone removed the folder', async () => {
    await rm(opened.folder, { recursive: true })
    expect(await opened.files.sweep(async () => false)).toBe(0)
    await save('after')
    expect(await opened.files.open('gen_video_after.mp4')).not.toBeNull()
  })

  it('reports a folder that cannot be written, and recovers when the cause goes', async () => {
    await rm(opened.folder, { recursive: true })
    await writeFile(opened.folder, 'a file in its place')
    expect(await refusalOf(save('a'))).toMatchObject({ code: 'storage', retryable: true })
    expect(await refusalOf(opened.files.ping(0))).toMatchObject({ code: 'storage', retryable: true })
    await rm(opened.folder)
    await opened.files.ping(0)
    await save('a')
  })

  it('cannot be opened where no folder can be', async () => {
    const file = join(opened.folder, 'file')
    await writeFile(file, '')
    const settings = { imageOrigins: [], privateOrigins: [], ffmpegPath: null, searchPath: '' }
    const limits = { maxVideoBytes: 1, maxImageBytes: 1 }
    const opening = openFiles({ folder: join(file, 'outputs'), ...settings, ...limits }, collectingLog().log)
    expect(await refusalOf(opening)).toMatchObject({ code: 'storage' })
  })

  it.each([
    ['quick', 0],
    ['slow', 10],
  ])('reports a full disk that was %s before as an error that may pass', async (_, takes) => {
    let now = 0
    const write = writer(() => {
      now += takes
      return now
    })
    const before = new Temporary('before', await open(join(opened.folder, 'before'), 'w'), write)
    await before.write([Buffer.from('x')])
    await before.close()
    const full = new Temporary('full', await open('/dev/full', 'w'), write)
    const refused = await refusalOf(full.write([Buffer.from('x')]))
    expect(refused).toMatchObject({ code: 'storage', retryable: true, facts: { reason: 'ENOSPC' } })
    await full.close()
  })

  it('fails a ping that needs more than is free', async () => {
    const refused = await refusalOf(opened.files.ping(Number.MAX_SAFE_INTEGER))
    expect(refused).toMatchObject({ code: 'storage', facts: { reason: 'no_space', needed: Number.MAX_SAFE_INTEGER } })
    expect(await readdir(opened.folder)).toEqual(['uploads'])
  })
})
