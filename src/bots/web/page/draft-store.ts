import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, set } from 'idb-keyval'
import { z } from 'zod'
import { type Draft, emptyDraft } from './draft.ts'

const key = ['draft']
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

/** What the composer holds and the way to change it; it survives a reload, pictures included. */
export function useDraft(): readonly [Draft, (change: (draft: Draft) => Draft) => void] {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: key,
    initialData: loadWords,
    queryFn: () => loadPictures(client),
    initialDataUpdatedAt: 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    networkMode: 'always',
  })
  return [data, (change) => changeDraft(client, change)]
}

function changeDraft(client: QueryClient, change: (draft: Draft) => Draft): void {
  const before = client.getQueryData<Draft>(key) ?? emptyDraft
  const after = change(before)
  // An answer of IndexedDB that is still on its way is older than this.
  void client.cancelQueries({ queryKey: key })
  client.setQueryData(key, after)
  const { first, last, references, ...rest } = after
  try {
    localStorage.setItem(storageName, JSON.stringify(rest))
  } catch {
    // Without storage the draft lives as long as the page.
  }
  if (first !== before.first || last !== before.last || references !== before.references)
    set(storageName, { first, last, references }).catch(() => undefined)
}

/** Synchronous, so that the composer never shows an empty field that fills itself later. */
function loadWords(): Draft {
  try {
    return { ...emptyDraft, ...(words.parse(JSON.parse(localStorage.getItem(storageName) ?? '{}')) as Partial<Draft>) }
  } catch {
    return emptyDraft
  }
}

async function loadPictures(client: QueryClient): Promise<Draft> {
  const now = () => client.getQueryData<Draft>(key) ?? loadWords()
  const kept = pictures.safeParse(await get(storageName).catch(() => undefined))
  return kept.success ? { ...now(), ...kept.data } : now()
}
