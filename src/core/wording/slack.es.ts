import type { Catalogue } from './en.ts'

/** Spanish for slack.en.ts. */
export const slackEs = {
  'slack.expected': 'Se espera a las {when}',
  'slack.form.submit': 'Hacer el video',
  'slack.form.close': 'Cerrar',
  'slack.form.auto': 'Elegir por mí',
  'slack.form.where': '¿Dónde publicarlo? (sin elegir: solo para ti)',
  'slack.form.price': 'Precio: {price}',
  'slack.form.impossible': 'Todavía no es posible: {problem}',
  'image.none_here': 'Ese mensaje no tiene imagen. Elige uno que lleve un PNG, JPEG o WebP adjunto.',
  'image.none_above': 'Más arriba en este hilo no hay ninguna imagen que pueda usar. Adjunta una a tu mensaje.',
  'delivery.not_in_channel':
    'no estoy en ese canal, así que te llega directamente; invítame con /invite para el próximo',
  'delivery.unseen':
    'no veo ese canal, así que te llega directamente; si es privado, invítame con /invite para el próximo',
  'delivery.archived': 'ese canal está archivado, así que te llega directamente; pide el próximo en otro',
  'delivery.restricted':
    'en ese canal no todos pueden publicar, así que te llega directamente; un admin del espacio de trabajo puede permitirlo',
  'image.external':
    '«{name}» solo enlaza a otro servicio, y ahí no puedo leerla. Sube la propia imagen a Slack y pídelo otra vez.',
  'image.still_hidden': 'Slack no me muestra esa imagen. Súbela de nuevo en este canal y pídelo otra vez.',
  'error.forbidden.outside.text':
    'Este canal se comparte con otra organización. Aquí solo pueden pedir los miembros del espacio de trabajo donde estoy instalado; pídeselo a uno de ellos o instálame en tu propio espacio. No se ha iniciado nada.',
  'slack.home.month': 'Este mes: {settled} pagados, {reserved} reservados.',
} as const satisfies Partial<Catalogue>
