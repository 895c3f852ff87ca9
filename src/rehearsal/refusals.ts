import { Refusal } from './answers.ts'
import type { Fault, Subject } from './faults.ts'

const info = (type: string, rest: Record<string, unknown>) => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...rest,
})

/** Google's words for a fault that answers instead of the service; null for every other kind. */
export function refusalOf(fault: Fault, { model }: Subject): Refusal | null {
  switch (fault.kind) {
    case 'quota':
      return new Refusal('RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).', [
        info('RetryInfo', { retryDelay: `${fault.seconds ?? 3}s` }),
      ])
    case 'daily_quota':
      return new Refusal(
        'RESOURCE_EXHAUSTED',
        'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
        [
          info('QuotaFailure', {
            violations: [
              {
                quotaMetric: 'generativelanguage.googleapis.com/predict_long_running_requests_per_day',
                quotaId: 'PredictLongRunningRequestsPerDayPerProjectPerModel',
                quotaDimensions: { model, location: 'global' },
                quotaValue: '10',
              },
            ],
          }),
        ],
      )
    case 'server_error':
      return new Refusal(
        'INTERNAL',
        'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
      )
    case 'unavailable':
      return new Refusal('UNAVAILABLE', 'The model is overloaded. Please try again later.')
    case 'billing':
      return new Refusal(
        'PERMISSION_DENIED',
        'This API method requires billing to be enabled. Please enable billing on project #1 by visiting https://console.developers.google.com/billing/enable?project=1 then retry.',
        [
          info('ErrorInfo', {
            reason: 'BILLING_DISABLED',
            domain: 'googleapis.com',
            metadata: { consumer: 'projects/1' },
          }),
        ],
      )
    case 'bad_key':
      return new Refusal('INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        info('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }),
      ])
    case 'key_refused':
      return new Refusal('PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.')
    case 'retired':
      return new Refusal(
        'NOT_FOUND',
        `This model models/${model} is no longer available. Please update your code to use a newer model.`,
      )
    case 'lost':
      return new Refusal('NOT_FOUND', 'Requested entity was not found.')
    default:
      return null
  }
}
