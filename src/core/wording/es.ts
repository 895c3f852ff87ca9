import { chatEs } from './chat.es.ts'
import type { Catalogue } from './en.ts'
import { officeEs } from './office.es.ts'
import { slackEs } from './slack.es.ts'
import { webEs } from './web.es.ts'

/** Spanish for both sides of the Atlantic, with “tú”. */
export const es = {
  ...chatEs,
  ...officeEs,
  ...slackEs,
  ...webEs,

  'held.title': 'A la espera de aprobación',
  'held.text':
    'Un admin tiene que aprobar este video ({price}) antes de que empiece. No tienes que hacer nada; cancelar es gratis.',
  'queued.title': 'Aceptado',
  'queued.next.text':
    'Es el siguiente de la cola. Cuesta {price} si Google lo genera; cancelar es gratis hasta que empiece.',
  'queued.behind.text':
    'Puesto {position} de la cola. Cuesta {price} si Google lo genera; cancelar es gratis hasta que empiece.',
  'queued.crowd.text':
    'En la cola, detrás de más de mil. Cuesta {price} si Google lo genera; cancelar es gratis hasta que empiece.',
  'queued.quota.text':
    'Google solo acepta de esta cuenta una cantidad limitada en pocos minutos, y ahora mismo está agotada. Se sigue intentando sin que hagas nada, durante medio día si hace falta. No se ha cobrado nada, y cancelar es gratis.',
  'queued.retry.text':
    'Ahora mismo no puede empezar, porque Google o el servidor de una imagen está saturado. En un momento se intenta de nuevo, sin que hagas nada. No se ha cobrado nada.',
  'starting.title': 'Empezando',
  'starting.text': 'Se le está pidiendo a Google que empiece. A partir de ahí cuesta {price}.',
  'starting.unwanted.text':
    'Se canceló mientras se le pedía a Google que empezara. Si Google no empieza, no se cobra nada; si empieza, el video se publica aquí como siempre.',
  'generating.title': 'Google está haciendo tu video',
  'generating.text': 'Te avisaremos aquí cuando esté listo.',
  'generating.late.text': 'Tarda algo más de lo habitual. Te avisaremos aquí cuando esté listo.',
  'generating.retry.text':
    'Google no dice ahora cómo va. Se le sigue preguntando automáticamente, durante dos días si hace falta; no tienes que hacer nada.',
  'saving.title': 'Guardando tu video',
  'saving.text': 'Google ha terminado; se está recogiendo el video.',
  'saving.retry.text':
    'Google ha terminado; todavía no se pudo recoger el video, pero se sigue intentando, durante dos días si hace falta.',
  'completed.title': 'Tu video está listo',
  'completed.text': 'Terminado en {elapsed}.',
  'completed.free.text': 'Terminado en {elapsed}. Esto es un ensayo: no se ha cobrado nada.',
  'completed.retired.title': 'Este video ya no se conserva',
  'completed.retired.text': 'Los videos se guardan {days}.',
  'completed.gone.title': 'El archivo de este video ya no está',
  'completed.gone.text': 'Se eliminó antes de poder publicarlo y Google ya no lo tiene.',
  'completed.again': 'Sus ajustes siguen aquí, así que puedes volver a hacerlo.',
  'completed.not_again': 'Ya no se guarda aquello de lo que se hizo, así que no se puede repetir. Pide uno nuevo.',
  'removed.title': 'Eliminado',
  'removed.text': 'El video, sus imágenes y su prompt se eliminaron a petición.',
  'delivery.stays':
    'Su mensaje no se pudo quitar y sigue ahí. Si ningún botón debajo lo vacía, pide a un admin que lo borre.',
  'delivery.later': 'Todavía no se puede publicar aquí; se vuelve a intentar automáticamente.',
  'delivery.elsewhere': 'No se pudo publicar donde lo pediste: {problem}.',

  'summary.completed': 'Listo: {model}, {resolution}, {seconds} s, {price}, en {elapsed}.',
  'summary.error': '{title}.',
  'list.line': '{title} · {model} · {resolution} · {seconds} s · {price} · {elapsed}',

  'field.model': 'Modelo',
  'field.format': 'Formato',
  'field.price': 'Precio',
  'field.cost': 'Gasto',
  'field.chain': 'Toda la cadena',
  'field.decided': 'Decisión de',
  'value.format': '{resolution}, {aspect}, {seconds} s',
  'value.free': '{price} (ensayo: no se cobra)',
  'value.perhaps': '{price} (quizá cobrado)',
  'value.nothing': 'no se cobró nada',

  'action.cancel': 'Cancelar',
  'action.again': 'Otra vez',
  'action.edit_prompt': 'Editar prompt',
  'action.last_frame': 'Seguir desde el final',
  'action.extend': 'Alargar',
  'action.final': 'Versión final',
  'action.download': 'Descargar',
  'action.delete': 'Eliminar',
  'action.retry': 'Reintentar',
  'action.approve': 'Aprobar',
  'action.decline': 'Rechazar',
  'action.deliver_again': 'Entregar de nuevo',

  'error.invalid_request.title': 'Así no se puede',
  'error.invalid_request.text': 'No se ha iniciado ni cobrado nada. Cámbialo y envíalo otra vez.',
  'error.not_found.title': 'No encontrado',
  'error.not_found.text': 'Ese video no está aquí, o no puedes verlo. Búscalo entre tus propios videos.',
  'error.forbidden.title': 'No permitido',
  'error.forbidden.text': 'Aquí no puedes hacer esto. Pregúntale a un admin.',
  'error.not_now.title': 'Ahora no es posible',
  'error.not_now.text': 'El estado actual del video no lo permite. Mira su mensaje más reciente.',
  'error.not_now.decided.text': 'Ya está decidido, o la petición se retiró. No te queda nada por hacer.',
  'error.not_now.cancel.text':
    'Google ya está trabajando en él y no se puede detener, así que se paga ({price}). El video se publicará cuando esté listo.',
  'error.not_now.cancel_free.text':
    'Ya se está haciendo y no se puede detener. El video se publicará cuando esté listo.',
  'error.not_now.no_pictures.text':
    'Las imágenes de este video ya no se guardan. Pide uno nuevo y adjúntalas. No se inició ni se cobró nada.',
  'error.not_now.no_offer.text':
    'Con los ajustes de aquí no se puede hacer ningún video: los modelos permitidos, las resoluciones permitidas y la duración máxima no encajan. Pide a un admin que los cambie. No se ha iniciado nada.',
  'error.over_budget.title': 'El presupuesto no alcanza',
  'error.over_budget.text':
    '{budget}: quedan {left}, este video cuesta {price}. No se ha iniciado nada. Elige uno más barato o espera a que se renueve el {renews}.',
  'error.over_budget.too_small.text':
    '{budget}: {limit} en total, este video cuesta {price}. Esperar no sirve. No se ha iniciado nada. Elige un video más corto o más pequeño, o pide a un admin un presupuesto mayor.',
  'error.over_budget.none.text':
    '{budget}: no se puede gastar nada. Esperar no sirve. No se ha iniciado nada. Pide un presupuesto a un admin.',
  'error.too_many_in_flight.title': 'Demasiados a la vez',
  'error.too_many_in_flight.text':
    'Tienes en marcha todos los videos que una persona puede tener a la vez: {limit}. No se ha iniciado nada. Envíalo otra vez cuando termine uno.',
  'error.too_many_in_flight.today.text':
    'Has llegado al límite de solicitudes en 24 horas: {limit}. No se ha iniciado nada. Inténtalo mañana o pídele más a un admin.',
  'error.paused.title': 'En pausa',
  'error.paused.text':
    'Un admin ha puesto en pausa los videos nuevos. Lo que ya está en marcha se entrega. Inténtalo más tarde.',
  'error.busy.title': 'Demasiado trabajo ahora mismo',
  'error.busy.text': 'No se ha iniciado nada. Inténtalo de nuevo en {seconds} s.',
  'error.declined.title': 'Rechazado',
  'error.declined.text':
    '{admin} ha rechazado este video. No se ha cobrado nada. Pregunta por qué, o envía uno más barato.',
  'error.cancelled.title': 'Cancelado',
  'error.cancelled.text':
    'Se canceló antes de que Google empezara. No se ha cobrado nada. Con «Reintentar» se inicia de todos modos.',
  'error.cancelled.running.text':
    'Google se detuvo cuando se le pidió. Lo que ya había generado quizá se cobre. Con «Reintentar» empieza uno nuevo.',
  'error.cancelled.rehearsal.text':
    'Se pidió durante un ensayo, y ahora aquí se hacen vídeos de verdad. No se ha cobrado nada. Con «Reintentar» se pide uno de verdad ({price}).',
  'error.blocked_by_safety.title': 'Google lo ha rechazado por seguridad',
  'error.blocked_by_safety.text':
    '{reason} No se te ha cobrado nada. Dilo de otra manera e inténtalo de nuevo; a veces estos rechazos son un error y a la segunda pasa.',
  'error.interrupted.title': 'Interrumpido al empezar',
  'error.interrupted.text':
    'La conexión con Google se cortó justo al pedirle que empezara, y nadie puede saber si lo hizo. No se le pide dos veces, porque podría costar el doble ({price}). Reinténtalo si aceptas ese riesgo.',
  'error.timed_out.title': 'Google ha tardado demasiado',
  'error.timed_out.text': 'Google no había terminado tras {minutes} minutos.',
  'error.quota_exceeded.title': 'Límite de Google alcanzado',
  'error.quota_exceeded.text':
    'La cuota de la cuenta de Google se ha agotado por ahora. No se ha cobrado nada. Inténtalo más tarde o avisa a un admin.',
  'error.quota_exceeded.day.text':
    'La cuota de la cuenta de Google se ha agotado por hoy. No se ha cobrado nada. Inténtalo mañana o avisa a un admin.',
  'error.billing.title': 'La facturación de Google no está en orden',
  'error.billing.text':
    'Google pide que quien aloja este bot configure la facturación. No se ha cobrado nada. Avisa a un admin.',
  'error.bad_key.title': 'Google no acepta la clave',
  'error.bad_key.text':
    'La clave de Google de este bot no es correcta o le falta un permiso. No se ha cobrado nada. Avisa a un admin: `npm run doctor` dice qué falta.',
  'error.unreachable.title': 'No se puede contactar con Google',
  'error.unreachable.text':
    'Google no ha respondido, pese a varios intentos. No se ha cobrado nada. Inténtalo más tarde.',
  'error.unreachable.begun.text':
    'Google empezó este video, pero no dio ninguna respuesta útil durante dos días. Avisa a un admin.',
  'error.unreachable.stopping.text':
    'No se pudo contactar con Google en este momento, así que aún no se sabe si se detiene. Pulsa «Cancelar» otra vez en un momento. Si sigue adelante, el video se publicará cuando esté listo.',
  'error.model_retired.title': 'Ese modelo ya no existe',
  'error.model_retired.text': 'Google ha retirado {model}. No se ha cobrado nada. Pide un video nuevo con {successor}.',
  'error.model_retired.none.text':
    'Google ha retirado {model}. No se ha cobrado nada. Pide un video nuevo con otro modelo.',
  'error.model_retired.here.text':
    '{model} ya no se puede usar aquí. No se ha iniciado ni cobrado nada. Pide un video nuevo con {successor}.',
  'error.lost_operation.title': 'Google lo ha perdido',
  'error.lost_operation.text':
    'Google dice que no conoce este video, así que no se puede recoger. Si pasa a menudo, avisa a un admin.',
  'error.perhaps': 'Quizá se cobre el video.',
  'error.kept':
    'Durante los dos días siguientes a su inicio, «Reintentar» busca este video en Google sin volver a pagar; después crea uno nuevo.',
  'error.anew': 'Con «Reintentar» se crea uno nuevo, que también se cobra.',
  'error.no_video.title': 'Google terminó sin video',
  'error.no_video.text':
    'Google terminó sin video y sin dar un motivo; muchas veces es por el sonido. No se te ha cobrado nada. Inténtalo de nuevo, quizá con otras palabras.',
  'error.bad_image.title': 'Esa imagen no se puede usar',
  'error.bad_image.text': '{reason} No se ha cobrado nada.',
  'error.bad_video.title': 'No se pudo recoger el video',
  'error.bad_video.text':
    'Google hizo este video, pero su archivo no se pudo recoger entero. Si pasa a menudo, avisa a un admin.',
  'error.storage.title': 'No se puede guardar el video',
  'error.storage.text':
    'El disco o la base de datos de este bot no admite nada ahora, así que no se inicia nada nuevo. Avisa a un admin: `npm run doctor` dice qué falta.',
  'error.google_error.title': 'Google informó de un error',
  'error.google_error.text':
    'Google abandonó este video. No se te ha cobrado nada. Inténtalo de nuevo; suele ayudar cambiar un poco el prompt.',
  'error.internal.title': 'Algo ha fallado aquí',
  'error.internal.text': 'Es un fallo del bot y está en su registro. Avisa a un admin.',

  'image.too_large': 'La imagen pesa demasiado: {limit} como máximo. Envía una más pequeña.',
  'image.too_many_pixels':
    'La imagen tiene demasiados píxeles: {limit} megapíxeles como máximo. Envía una más pequeña.',
  'image.not_an_image': 'Esto no es una imagen PNG, JPEG o WebP. Envía una de ese tipo.',
  'image.truncated': 'La imagen está dañada o incompleta. Guárdala de nuevo y envíala otra vez.',
  'image.animated': 'La imagen está animada. Envía una fija.',
  'image.login_page':
    'En lugar de la imagen llegó una página de inicio de sesión: el bot no puede leer archivos aquí. Un admin puede darle ese permiso y reinstalarlo.',
  'image.untrusted_address': 'La imagen está en una dirección que no es de confianza. Adjunta la propia imagen.',
  'image.gone': 'La imagen ya no está. Adjúntala otra vez.',
  'image.forbidden': 'El bot no puede leer esta imagen. Adjúntala aquí.',
  'image.no_decoder':
    'No se puede extraer la imagen final porque no hay un decodificador de video instalado. Un admin puede instalar ffmpeg.',
  'image.no_video': 'El video anterior ya no está, y su imagen final tampoco. Vuelve a hacerlo primero.',
  'image.unreachable': 'No se pudo obtener la imagen porque su servidor no respondió. Adjúntala otra vez.',
  'image.other': 'No se pudo leer la imagen. Guárdala como PNG o JPEG y envíala otra vez.',

  'safety.child': 'El prompt o la imagen parece mostrar a un menor.',
  'safety.celebrity': 'El prompt o la imagen parece mostrar a una persona famosa.',
  'safety.video_safety': 'El video terminado no pasó el control de seguridad de Google.',
  'safety.dangerous': 'La solicitud parece mostrar algo peligroso.',
  'safety.hate': 'La solicitud parece contener odio.',
  'safety.other': 'El control de seguridad de Google puso reparos y no da un motivo más preciso.',
  'safety.prohibited': 'La solicitud parece pedir contenido prohibido.',
  'safety.third_party': 'La solicitud parece usar contenido protegido de otras personas.',
  'safety.sexual': 'La solicitud parece sexual.',
  'safety.toxic': 'La solicitud parece ofensiva.',
  'safety.violence': 'La solicitud parece violenta.',
  'safety.vulgar': 'La solicitud parece vulgar.',
  'safety.code': '(Código de Google: {code}.)',

  'problem.required': '{field}: falta. Di qué debe mostrar el video.',
  'problem.too_long': '{field}: es demasiado largo, unos {tokens} tokens; el máximo es {limit}.',
  'problem.not_a_number': '{field}: «{given}» no es un número.',
  'problem.not_offered': '{field}: «{given}» no es posible con lo demás. Opciones: {accepted}.',
  'problem.not_offered.none': '{field}: «{given}» no es posible aquí.',
  'problem.not_with': '{field}: no se puede combinar con lo demás en {model}. Quítalo o elige otro modelo.',
  'problem.needs_first_frame': '{field}: necesita también una imagen inicial. Añade la imagen con la que empieza.',
  'problem.too_many': '{field}: {accepted} como máximo.',
  'problem.unknown_parent': 'El video anterior no está, o no puedes verlo.',
  'problem.parent_unfinished': 'El video anterior no ha terminado, así que aún no se puede partir de él.',
  'problem.parent_failed': 'El video anterior no se hizo, así que no hay nada de lo que partir.',
  'problem.parent_expired':
    'Google guarda los videos dos días; el anterior es más antiguo y ya no se puede cambiar allí.',
  'problem.parent_too_long': 'Eso llega hasta {limit} segundos en total; el video anterior es demasiado largo.',
  'problem.blocked_word': '{field}: contiene una palabra que no está permitida aquí.',
  'problem.small_talk': 'Con eso todavía no se puede hacer un video. Di en una frase qué debe mostrar.',
  'problem.malformed': '{field}: no se entiende «{given}».',

  'name.prompt': 'Prompt',
  'name.model': 'Modelo',
  'name.aspectRatio': 'Relación de aspecto',
  'name.resolution': 'Resolución',
  'name.durationSeconds': 'Duración',
  'name.negativePrompt': 'Prompt negativo',
  'name.seed': 'Semilla',
  'name.personGeneration': 'Aparición de personas',
  'name.firstFrame': 'Imagen inicial',
  'name.lastFrame': 'Imagen final',
  'name.references': 'Imágenes de referencia',
  'name.builds': 'Partir de un video anterior',
  'name.allowedModels': 'Modelos permitidos',
  'name.allowedResolutions': 'Resoluciones permitidas',
  'name.maxDurationSeconds': 'Video más largo en segundos',
  'name.request': 'Solicitud',

  'budget.requester': 'Tu presupuesto de hoy',
  'budget.workspace': 'El presupuesto de este lugar para el mes',
  'budget.total': 'El presupuesto de todo el bot para el mes',

  'delivery.sent_as_dm': 'se te envió directamente',
  'delivery.sent_to_channel': 'se envió al canal',
  'delivery.link_only': 'pesa demasiado para ese lugar, así que aquí tienes un enlace',
  'delivery.too_large': 'pesa demasiado para ese lugar; un admin sabe dónde está el archivo',
  'delivery.smaller': 'pesaba demasiado para ese lugar, así que aquí tienes una copia más ligera',
  'delivery.gone': 'ese lugar ya no existe o está cerrado para el bot; lo encontrarás entre tus videos',
  'delivery.other': 'está guardado entre tus videos',

  'history.pending': 'Aceptada',
  'history.held': 'Espera aprobación',
  'history.queued': 'En la cola',
  'history.decided': 'Decisión de {detail}',
  'history.starting': 'Se pidió a Google que empezara',
  'history.not_started': 'Google no empezó',
  'history.processing': 'Google empezó',
  'history.seen_done': 'Google terminó',
  'history.completed': 'Guardada',
  'history.error': 'Fin: {detail}',
  'history.reserved': '{price} apartados',
  'history.settled': '{price} pagados',
  'history.released': '{price} liberados',
  'history.uncertain': '{price} quizá cobrados',
  'history.delivered': 'Publicada',
  'history.delivery_problem': 'No se pudo publicar como se pidió: {detail}',
  'history.retired': 'Archivos retirados',
  'history.removed': 'Datos personales eliminados',

  'time.seconds': '{seconds} s',
  'time.minutes': '{minutes} min {seconds} s',

  'http.malformed.title': 'No se puede leer esta petición',
  'http.malformed.text': 'No tiene la forma que acepta esta dirección.',
  'http.malformed.remedy': 'La página /docs describe cada llamada.',
  'http.unauthorized.title': 'Inicia sesión',
  'http.unauthorized.text': 'Nadie ha iniciado sesión.',
  'http.unauthorized.remedy': 'Inicia sesión en la página principal, o envía el token de acceso como token Bearer.',
  'http.wrong_token.title': 'Ese token no es correcto',
  'http.wrong_token.text': 'No se ha iniciado sesión.',
  'http.wrong_token.remedy': 'Compruébalo e inténtalo de nuevo; quien aloja este bot lo conoce.',
  'http.no_route.title': 'Aquí no hay nada',
  'http.no_route.text': 'Ninguna página ni llamada tiene esta dirección.',
  'http.no_route.remedy': 'La página /docs describe cada llamada.',
  'http.method_not_allowed.title': 'No es posible en esta dirección',
  'http.method_not_allowed.text': 'Esta dirección acepta {allowed}.',
  'http.method_not_allowed.remedy': 'La página /docs describe cada llamada.',
  'http.too_large.title': 'Demasiado grande',
  'http.too_large.text': 'Es más de lo que se puede enviar aquí de una vez. No se ha iniciado nada.',
  'http.too_large.remedy': 'Envía imágenes de hasta 20 MB: como máximo una inicial, una final y tres de referencia.',
  'http.unsupported_media_type.title': 'Tipo de contenido incorrecto',
  'http.unsupported_media_type.text': 'Esta dirección acepta {accepted}.',
  'http.unsupported_media_type.remedy': 'La página /docs describe cada llamada.',
  'http.rate_limited.title': 'Demasiadas peticiones',
  'http.rate_limited.text': 'Esta llegó demasiado pronto después de las otras. No se ha iniciado nada.',
  'http.rate_limited.remedy': 'Inténtalo de nuevo en {seconds} s.',
  'http.wrong_host.title': 'Dirección equivocada',
  'http.wrong_host.text': 'Este servicio no responde con ese nombre.',
  'http.wrong_host.remedy': 'Ábrelo en su propia dirección. Detrás de un proxy necesita PUBLIC_URL y WEB_ACCESS_TOKEN.',
  'http.wrong_origin.title': 'Desde ahí no',
  'http.wrong_origin.text': 'Otro sitio web envió esta petición, así que no se hizo nada.',
  'http.wrong_origin.remedy':
    'Usa la página de este servicio. Si ya es esta, su dirección va en PUBLIC_URL; ALLOWED_ORIGINS permite otros sitios.',
  'http.same_key.title': 'Esta Idempotency-Key ya se usó',
  'http.same_key.text': 'Pertenece a una petición con otro contenido. No se ha iniciado nada.',
  'http.same_key.remedy': 'Usa una clave nueva para cada petición nueva.',
  'http.bad_key.title': 'Esta Idempotency-Key no se puede usar',
  'http.bad_key.text': 'Admite de 1 a 128 letras, cifras y los signos . _ : -',
  'http.bad_key.remedy': 'Un UUID aleatorio sirve bien.',
  'http.bad_range.title': 'Esa parte no existe',
  'http.bad_range.text': 'El archivo es más corto que la parte pedida.',
  'http.bad_range.remedy': 'Pide el archivo entero.',
} as const satisfies Partial<Catalogue>
