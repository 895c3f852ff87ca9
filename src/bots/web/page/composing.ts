import { useDraft } from './draft-store.ts'
import { useSubmit } from './requests.ts'

/** The draft and what is being sent of it; held above the views, so that leaving one does not lose the answer. */
export function useComposing() {
  const [draft, change] = useDraft()
  const submit = useSubmit()
  return { draft, change, submit }
}

export type Composing = ReturnType<typeof useComposing>
