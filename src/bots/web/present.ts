import type { z } from 'zod'
import { buttonsOf } from '../../core/cards.ts'
import type { ModelSpec } from '../../core/models.ts'
import { elapsedSeconds, type Operation, stageOf } from '../../core/operation.ts'
import type { Person, Quote, Statistics, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import type { modelBody, OperationBody, quoteBody, statisticsBody } from './schemas.ts'

/** Where finished files are served: the address of one by its name. */
const outputsPath = '/outputs/'

/** What an Operation looks like to this viewer now. */
export async function presentOperation(
  operation: Operation,
  viewer: Person,
  commands: VideoCommands,
  clock: Clock,
): Promise<OperationBody> {
  const { request } = operation
  const card = await commands.card(operation, viewer.locale)
  const elapsed = elapsedSeconds(operation, clock.now())
  return {
    operation_id: operation.id,
    status: operation.status,
    message: card.title,
    elapsed_seconds: elapsed,
    prompt: request.prompt,
    ...outcomeOf(operation, card.text, elapsed),
    error_code: operation.errorCode,
    stage: stageOf(operation),
    version: operation.version,
    model: request.model,
    aspect_ratio: request.aspectRatio,
    resolution: request.resolution,
    duration_seconds: request.durationSeconds,
    negative_prompt: request.negativePrompt,
    seed: request.seed,
    draft: request.draft !== null,
    images: {
      first_frame: request.firstFrame !== null,
      last_frame: request.lastFrame !== null,
      references: request.references.length,
    },
    price_usd: usd(operation.priceMicros),
    charge: operation.charge,
    poster_url: operation.posterFile !== null && isKept(operation) ? addressOf(operation.posterFile) : null,
    video_bytes: operation.videoBytes,
    video_crc32: operation.videoHash,
    created_at: new Date(operation.createdAt).toISOString(),
    started_at: timeOf(operation.startedAt),
    finished_at: timeOf(operation.finishedAt),
    expected_at: timeOf(card.expectedAt),
    requester: operation.requester,
    requester_name: operation.requesterName,
    workspace: operation.workspace,
    private: operation.private,
    parent_id: operation.parentId,
    relation: operation.relation,
    retired: operation.retiredAt !== null,
    removed: operation.removedAt !== null,
    card: {
      tone: card.tone,
      title: card.title,
      text: card.text,
      fields: card.fields.map((field) => ({ ...field })),
      buttons: buttonsOf(commands.actionsFor(operation, viewer), operation, viewer.locale),
    },
  }
}

/** The parts of the seed's status body that stand there only at the end. */
function outcomeOf(operation: Operation, text: string, elapsed: number) {
  if (operation.status === 'error') return { detail: text }
  if (operation.status !== 'completed' || operation.videoFile === null || !isKept(operation)) return {}
  const address = addressOf(operation.videoFile)
  return { video_url: address, video_path: address.slice(1), duration: elapsed }
}

function isKept(operation: Operation): boolean {
  return operation.retiredAt === null && operation.removedAt === null
}

function addressOf(file: string): string {
  return `${outputsPath}${encodeURIComponent(file)}`
}

function timeOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}

function usd(micros: number): number {
  return micros / 1_000_000
}

/** What a model can do and costs. */
export function presentModel(model: ModelSpec): z.output<typeof modelBody> {
  return {
    id: model.id,
    name: model.name,
    aspect_ratios: [...model.aspectRatios],
    offers: model.offers.map((offer) => ({
      resolution: offer.resolution,
      durations: [...offer.durations],
      usd_per_second: usd(offer.microsPerSecond),
    })),
    usd_per_picture: usd(model.input?.microsPerPicture ?? 0),
    first_frame: model.firstFrame,
    last_frame: model.lastFrame,
    between_frames_seconds: model.betweenFramesSeconds,
    max_references: model.maxReferences,
    reference_seconds: model.referenceSeconds,
    extension: model.extension && {
      adds_seconds: [...model.extension.addsSeconds],
      resolution: model.extension.resolution,
      max_seconds: model.extension.maxSeconds,
    },
    edits: model.edits,
    negative_prompt: model.negativePrompt,
    seed: model.seed,
    person_generation: [...model.personGeneration],
    cancels: model.cancels,
    retires_on: model.retiresOn,
    successor: model.successor,
  }
}

/** A price before anything is stored. */
export function presentQuote({ request, priceMicros }: Quote): z.output<typeof quoteBody> {
  return {
    model: request.model,
    aspect_ratio: request.aspectRatio,
    resolution: request.resolution,
    duration_seconds: request.durationSeconds,
    price_usd: usd(priceMicros),
  }
}

/** The installation's numbers. */
export function presentStatistics(statistics: Statistics): z.output<typeof statisticsBody> {
  const { total, completed, failed, refused, inFlight, generationSeconds } = statistics
  const ended = completed + failed + refused
  return {
    total,
    completed,
    failed,
    refused,
    in_flight: inFlight,
    success_rate: ended === 0 ? null : completed / ended,
    generation_seconds: generationSeconds,
    settled_usd: usd(statistics.settledMicros),
    reserved_usd: usd(statistics.reservedMicros),
    stored_bytes: statistics.storedBytes,
  }
}
