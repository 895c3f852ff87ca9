import { get, set } from 'idb-keyval'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { type Draft, emptyDraft } from './draft.ts'

const storageName = 'dailies.draft'

const words = z
  .object({
    prompt: z.string(),
    model: z.string(),
    aspect: z.string(),
    resolution: z.string(),
    duration: z.number().nullable(),
    negative: z.string(),
    seed: z.string(),
    people: z.string(),
    cheapFirst: z.boolean(),
  })
  .partial()
const picture = z.object({ id: z.string(), file: z.instanceof(File) })
const pictures = z.object({ first: picture.nullable(), last: picture.nullable(), references: z.array(picture) })

export type ChangeDraft = (change: (draft: Draft) => Draft) => void

/** What the composer holds and the way to change it; it survives a reload, pictures included. */
export function useDraft(): readonly [Draft, ChangeDraft] {
  const [draft, setDraft] = useState(loadWords)
  const [loaded, setLoaded] = useState(false)
  const { first, last, references } = draft
  useEffect(() => {
    let wanted = true
    void loadPictures().then((kept) => {
      if (!wanted) return
      if (kept) setDraft((current) => ({ ...current, ...kept }))
      setLoaded(true)
    })
    return () => {
      wanted = false
    }
  }, [])
  useEffect(() => keepWords(draft), [draft])
  useEffect(() => {
    // Without the database pictures live as long as the page.
    if (loaded) set(storageName, { first, last, references }).catch(() => undefined)
  }, [loaded, first, last, references])
  return [draft, setDraft]
}

/** Synchronous, so that the composer never shows an empty field that fills itself later. */
function loadWords(): Draft {
  try {
    return { ...emptyDraft, ...(words.parse(JSON.parse(localStorage.getItem(storageName) ?? '{}')) as Partial<Draft>) }
  } catch {
    return emptyDraft
  }
}

function keepWords({ first: _first, last: _last, references: _references, ...rest }: Draft): void {
  try {
    localStorage.setItem(storageName, JSON.stringify(rest))
  } catch {
    // Without storage the words live as long as the page.
  }
}

async function loadPictures(): Promise<z.output<typeof pictures> | null> {
  const kept = pictures.safeParse(await get(storageName).catch(() => undefined))
  return kept.success ? kept.data : null
}
