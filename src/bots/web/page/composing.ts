import { useDraft } from './draft-store.ts'
import { useSubmit } from './requests.ts'
import { useWish } from './wish.ts'

/** The draft and what is being sent of it; held above the views, so that leaving one loses neither the answer nor the key. */
export function useComposing() {
  const [draft, change] = useDraft()
  const submit = useSubmit()
  const wish = useWish()
  return { draft, change, submit, wish }
}

export type Composing = ReturnType<typeof useComposing>
