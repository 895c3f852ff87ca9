import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { relations } from '../../../core/operation.ts'
import { operationBody, quoteBody } from '../schemas.ts'
import { ApiProblem, ask } from './api.ts'
import { bodyOf, type Draft } from './draft.ts'
import { api, useTake } from './operations.ts'
import { answered, failed, isPressedTwice, keyOf } from './wish.ts'

const settleMilliseconds = 250
const attempts = 5

/** A repeated key is the same video, so a broken connection is no reason to bother the person. */
const again = (count: number, error: Error) => count < attempts && error instanceof ApiProblem && error.status === 0

/**
 * What that body for /quote would cost as it stands now, in US dollars, null until that is known; and whether it would be
 * taken, asked once the person stops changing it.
 */
export function useQuote(asked: object): { readonly price: number | null; readonly error: Error | null } {
  const now = JSON.stringify(asked)
  const body = useSettled(now)
  const { data, error } = useQuery({
    queryKey: ['quote', body],
    queryFn: ({ signal }) => ask(`${api}/quote`, quoteBody, { method: 'POST', body: JSON.parse(body), signal }),
    retry: false,
    staleTime: 60_000,
    gcTime: 60_000,
  })
  return { price: body === now && data ? data.price_usd : null, error }
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMilliseconds)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Sends a settled draft, with its pictures. */
export function useSubmit() {
  const take = useTake()
  return useMutation({
    mutationKey: ['submit'],
    mutationFn: ({ draft, key }: { draft: Draft; key: string }) => {
      const hasPictures = draft.first || draft.last || draft.references.length > 0
      if (!hasPictures) return ask(`${api}/generate`, operationBody, { method: 'POST', body: bodyOf(draft), key })
      const form = new FormData()
      for (const [name, value] of Object.entries(bodyOf(draft))) form.append(name, value)
      if (draft.first) form.append('image', draft.first.file)
      if (draft.last) form.append('last_frame', draft.last.file)
      for (const { file } of draft.references) form.append('reference', file)
      return ask(`${api}/generate_with_image`, operationBody, { method: 'POST', body: form, key })
    },
    retry: again,
    onSuccess: take,
  })
}

/** Does something with an Operation: `path` is an action of the API, such as `again` or `cancel`. */
export function useAct(id: string) {
  const take = useTake()
  const mutation = useMutation({
    mutationFn: ({ path, body, wish }: { path: string; body: object; wish: string }) =>
      path === 'delete'
        ? ask(`${api}/operations/${id}`, operationBody, { method: 'DELETE' })
        : ask(`${api}/operations/${id}/${path}`, operationBody, {
            method: 'POST',
            body,
            ...(relations.some((each) => each === path) ? { key: keyOf(wish) } : {}),
          }),
    retry: again,
    onSuccess: (operation, { wish }) => {
      answered(wish)
      take(operation)
    },
    onError: (_, { wish }) => failed(wish),
  })
  const { mutate } = mutation
  return {
    ...mutation,
    /** One wish is one key, however often it has to be sent, or pressed until it is answered. */
    act: (path: string, body: object = {}, onSuccess?: () => void) => {
      const wish = JSON.stringify([id, path, body])
      if (!isPressedTwice(wish)) mutate({ path, body, wish }, onSuccess ? { onSuccess } : undefined)
    },
  }
}
