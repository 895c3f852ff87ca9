import { get, set } from 'idb-keyval'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { type Draft, emptyDraft } from './draft.ts'
import { newKey } from './wish.ts'

const storageName = 'dailies.draft'
const eraName = 'dailies.era'

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

/**
 * What this window wrote down, or, for a new one, what any did last. Synchronous, so that the composer never shows an empty
 * field that fills itself later.
 */
export function loadWords(): Draft {
  try {
    const kept = sessionStorage.getItem(ownName()) ?? localStorage.getItem(storageName) ?? '{}'
    return { ...emptyDraft, ...(words.parse(JSON.parse(kept)) as Partial<Draft>) }
  } catch {
    return emptyDraft
  }
}

/** Keeps the words for this window's reload, and as what a new window begins with. */
export function keepWords({ first: _first, last: _last, references: _references, ...rest }: Draft): void {
  try {
    const kept = JSON.stringify(rest)
    sessionStorage.setItem(ownName(), kept)
    localStorage.setItem(storageName, kept)
  } catch {
    // Without storage the words live as long as the page.
  }
}

/** Signing out empties what all windows share: what others wrote down until then is found under this name no more. */
function ownName(): string {
  const era = localStorage.getItem(eraName) ?? newKey()
  localStorage.setItem(eraName, era)
  return `${storageName}.${era}`
}

async function loadPictures(): Promise<z.output<typeof pictures> | null> {
  const kept = pictures.safeParse(await get(storageName).catch(() => undefined))
  return kept.success ? kept.data : null
}
