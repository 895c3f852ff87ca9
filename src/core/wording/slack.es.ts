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
  'slack.thread.text': 'Lo que se escribe en este hilo es sobre su video. Para otro, pídelo fuera del hilo.',
  'slack.edited.title': 'Tomé la primera versión',
  'slack.edited.text':
    'Ya estaba aceptada cuando cambiaste tu mensaje. Con los botones de mi respuesta todavía puedes cancelarla o cambiar el prompt.',
  'delivery.not_in_channel':
    'no estoy en ese canal, así que te llega directamente; invítame con /invite para el próximo',
  'delivery.unseen':
    'no veo ese canal, así que te llega directamente; si es privado, invítame con /invite para el próximo',
  'delivery.archived': 'ese canal está archivado, así que te llega directamente; pide el próximo en otro',
  'delivery.restricted':
    'en ese canal no todos pueden publicar, así que te llega directamente; un admin del espacio de trabajo puede permitirlo',
  'delivery.files_linked': 'Slack no acepta ese archivo en este espacio de trabajo, así que recibes un enlace',
  'delivery.files_refused':
    'Slack no acepta ese archivo en este espacio de trabajo; un admin puede permitirlo allí y después entregarlo otra vez',
  'image.external':
    '«{name}» solo enlaza a otro servicio, y ahí no puedo leerla. Sube la propia imagen a Slack y pídelo otra vez.',
  'image.still_hidden': 'Slack no me muestra esa imagen. Súbela de nuevo en este canal y pídelo otra vez.',
  'error.forbidden.outside.text':
    'Este canal se comparte con otra organización. Aquí solo pueden pedir los miembros del espacio de trabajo donde estoy instalado; pídeselo a uno de ellos o instálame en tu propio espacio. No se ha iniciado nada.',
  'error.cancelled.uninstalled.text':
    'La aplicación se quitó del espacio de Slack antes de que Google empezara. No se cobró nada. Cuando se instale de nuevo, «Reintentar» lo inicia.',
  'slack.home.month': 'Este mes: {settled} pagados, {reserved} reservados.',
  'delivery.uninstalled':
    'la aplicación se quitó de ese espacio de Slack; cuando se instale de nuevo, el video podrá entregarse allí',
  'slack.install.cancelled': 'No se instaló nada.',
  'slack.install.failed':
    'No se pudo instalar Dailies. Abre otra vez la página /slack/install, en el mismo navegador y antes de diez minutos; si no ayuda, pregunta a quien lo aloja.',
  'slack.install.stranger':
    'Quien aloja Dailies no ha admitido el espacio {team}. Pídele que lo añada a SLACK_TEAM_IDS e instala otra vez. No se guardó nada.',
  'slack.install.whole':
    'Dailies se instala en un espacio cada vez, con su bot, y no en toda una organización. Elige un espacio e instala otra vez. No se guardó nada.',
  'slack.install.rotation':
    'Esta aplicación tiene activada la rotación de tokens, así que caducarían. Pide a quien aloja Dailies que cree la aplicación de nuevo desde el manifiesto, sin ella. No se guardó nada.',
} as const satisfies Partial<Catalogue>
