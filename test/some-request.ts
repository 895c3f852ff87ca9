import type { VideoRequest } from '../src/core/request.ts'

const request: VideoRequest = {
  prompt: 'A lion at dusk',
  model: 'veo-3.1-fast-generate-preview',
  aspectRatio: '16:9',
  resolution: '720p',
  durationSeconds: 8,
  negativePrompt: null,
  seed: null,
  personGeneration: null,
  firstFrame: null,
  lastFrame: null,
  references: [],
  builds: null,
  buildsOn: null,
  draft: null,
}

/** A request like any other, with what the test is about. */
export function someRequest(given: Partial<VideoRequest> = {}): VideoRequest {
  return { ...request, ...given }
}
