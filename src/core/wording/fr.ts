import { chatFr } from './chat.fr.ts'
import type { Catalogue } from './en.ts'
import { officeFr } from './office.fr.ts'
import { slackFr } from './slack.fr.ts'
import { webFr } from './web.fr.ts'

/** French, with “vous”; the space before : ; ! ? and inside « » does not break. */
export const fr = {
  ...chatFr,
  ...officeFr,
  ...slackFr,
  ...webFr,

  'held.title': 'En attente d’approbation',
  'held.text':
    'Un admin doit approuver cette vidéo ({price}) avant son lancement. Vous n’avez rien à faire ; annuler est gratuit.',
  'queued.title': 'Acceptée',
  'queued.next.text':
    'La prochaine dans la file. Elle coûte {price} si Google la produit ; annuler est gratuit jusqu’au lancement.',
  'queued.behind.text':
    'Place {position} dans la file. Elle coûte {price} si Google la produit ; annuler est gratuit jusqu’au lancement.',
  'queued.crowd.text':
    'Dans la file, derrière plus de mille autres. Elle coûte {price} si Google la produit ; annuler est gratuit jusqu’au lancement.',
  'queued.quota.text':
    'Google n’accepte de ce compte qu’une quantité limitée en quelques minutes, et elle est atteinte pour l’instant. De nouveaux essais auront lieu tout seuls, pendant une demi-journée s’il le faut. Rien n’a été facturé, et annuler est gratuit.',
  'queued.retry.text':
    'Rien ne démarre pour l’instant, car Google ou le serveur d’une image est très sollicité : un nouvel essai aura lieu tout seul dans un instant. Rien n’a été facturé.',
  'starting.title': 'Lancement',
  'starting.text': 'On demande à Google de commencer. Dès lors, la vidéo coûte {price}.',
  'starting.unwanted.text':
    'Elle a été annulée pendant que la demande partait chez Google. Si Google ne commence pas, rien n’est facturé. S’il commence, la vidéo est publiée ici comme d’habitude.',
  'generating.title': 'Google crée votre vidéo',
  'generating.text': 'On vous préviendra ici quand elle sera prête.',
  'generating.late.text': 'C’est un peu plus long que d’habitude. On vous préviendra ici quand elle sera prête.',
  'generating.retry.text':
    'Google ne dit pas pour le moment où elle en est. La question est reposée toute seule, pendant deux jours s’il le faut ; vous n’avez rien à faire.',
  'saving.title': 'Enregistrement de votre vidéo',
  'saving.text': 'Google a terminé ; la vidéo est en cours de récupération.',
  'saving.retry.text':
    'Google a terminé ; la récupération de la vidéo n’a pas encore abouti et continue toute seule, pendant deux jours s’il le faut.',
  'completed.title': 'Votre vidéo est prête',
  'completed.text': 'Terminée en {elapsed}.',
  'completed.free.text': 'Terminée en {elapsed}. C’est une répétition : rien n’a été facturé.',
  'completed.retired.title': 'Cette vidéo n’est plus conservée',
  'completed.retired.text': 'Les vidéos sont gardées {days}.',
  'completed.gone.title': 'Le fichier de cette vidéo a disparu',
  'completed.gone.text': 'Il a été supprimé avant d’avoir pu être publié, et Google ne l’a plus.',
  'completed.again': 'Ses réglages sont toujours là : vous pouvez la refaire.',
  'completed.not_again':
    'Ce dont elle a été faite n’est plus gardé : elle ne peut pas être refaite. Demandez-en une nouvelle.',
  'removed.title': 'Supprimée',
  'removed.text': 'La vidéo, ses images et son prompt ont été supprimés sur demande.',
  'delivery.stays':
    'Le message qui la contient n’a pas pu être retiré et est encore là. Si aucun bouton en dessous ne le vide, demandez à un admin de l’y supprimer.',
  'delivery.later': 'Impossible de la publier ici pour l’instant ; un nouvel essai se fait tout seul.',
  'delivery.elsewhere': 'Impossible de la publier là où vous l’avez demandée : {problem}.',

  'summary.completed': 'Terminée : {model}, {resolution}, {seconds} s, {price}, en {elapsed}.',
  'summary.error': '{title}.',
  'list.line': '{title} · {model} · {resolution} · {seconds} s · {price} · {elapsed}',

  'field.model': 'Modèle',
  'field.format': 'Format',
  'field.price': 'Prix',
  'field.cost': 'Coût',
  'field.chain': 'Toute la chaîne',
  'field.decided': 'Décision de',
  'value.format': '{resolution}, {aspect}, {seconds} s',
  'value.free': '{price} (répétition : non facturé)',
  'value.perhaps': '{price} (peut-être facturé)',
  'value.nothing': 'rien n’a été facturé',

  'action.cancel': 'Annuler',
  'action.again': 'Encore une fois',
  'action.edit_prompt': 'Modifier le prompt',
  'action.last_frame': 'Continuer depuis la fin',
  'action.extend': 'Prolonger',
  'action.final': 'Version finale',
  'action.download': 'Télécharger',
  'action.delete': 'Supprimer',
  'action.retry': 'Réessayer',
  'action.approve': 'Approuver',
  'action.decline': 'Refuser',
  'action.deliver_again': 'Livrer de nouveau',

  'error.invalid_request.title': 'C’est impossible ainsi',
  'error.invalid_request.text': 'Rien n’a été lancé ni facturé. Modifiez la demande et renvoyez-la.',
  'error.not_found.title': 'Introuvable',
  'error.not_found.text':
    'Cette vidéo n’existe pas ici, ou vous ne pouvez pas la voir. Cherchez-la parmi vos propres vidéos.',
  'error.forbidden.title': 'Non autorisé',
  'error.forbidden.text': 'Vous ne pouvez pas faire cela ici. Demandez à un admin.',
  'error.not_now.title': 'Impossible pour le moment',
  'error.not_now.text': 'L’état actuel de cette vidéo ne le permet pas. Regardez le dernier message à son sujet.',
  'error.not_now.decided.text': 'C’est déjà décidé, ou la demande a été retirée. Il ne vous reste rien à faire.',
  'error.not_now.cancel.text':
    'Google y travaille déjà et ne peut plus être arrêté : la vidéo sera donc payée ({price}). Elle sera publiée dès qu’elle sera prête.',
  'error.not_now.cancel_free.text':
    'Elle est déjà en cours et ne peut plus être arrêtée. Elle sera publiée dès qu’elle sera prête.',
  'error.not_now.no_pictures.text':
    'Les images de cette vidéo ne sont plus gardées. Demandez-en une nouvelle en les joignant. Rien n’a été lancé ni facturé.',
  'error.not_now.no_offer.text':
    'Les réglages d’ici ne laissent aucune vidéo possible : modèles autorisés, résolutions autorisées et durée maximale ne vont pas ensemble. Demandez à un admin de les changer. Rien n’a été lancé.',
  'error.over_budget.title': 'Le budget ne suffit pas',
  'error.over_budget.text':
    '{budget} : il reste {left}, cette vidéo coûte {price}. Rien n’a été lancé. Choisissez-en une moins chère ou attendez le renouvellement du budget, le {renews}.',
  'error.over_budget.too_small.text':
    '{budget} : {limit} en tout, cette vidéo coûte {price}. Attendre ne sert à rien. Rien n’a été lancé. Choisissez une vidéo plus courte ou plus petite, ou demandez à un admin un budget plus grand.',
  'error.over_budget.none.text':
    '{budget} : rien ne peut être dépensé. Attendre ne sert à rien. Rien n’a été lancé. Demandez un budget à un admin.',
  'error.too_many_in_flight.title': 'Trop de vidéos à la fois',
  'error.too_many_in_flight.text':
    'Vous avez autant de vidéos en cours qu’une personne peut en avoir à la fois : {limit}. Rien n’a été lancé. Renvoyez votre demande quand l’une d’elles sera terminée.',
  'error.too_many_in_flight.today.text':
    'Vous avez atteint la limite de demandes en 24 heures : {limit}. Rien n’a été lancé. Réessayez demain ou demandez à un admin d’augmenter la limite.',
  'error.paused.title': 'En pause',
  'error.paused.text':
    'Un admin a mis les nouvelles vidéos en pause ici. Celles en cours seront livrées. Réessayez plus tard.',
  'error.busy.title': 'Trop de demandes en ce moment',
  'error.busy.text': 'Rien n’a été lancé. Veuillez réessayer dans {seconds} s.',
  'error.declined.title': 'Refusée',
  'error.declined.text':
    '{admin} a refusé cette vidéo. Rien n’a été facturé. Demandez pourquoi, ou proposez-en une moins chère.',
  'error.cancelled.title': 'Annulée',
  'error.cancelled.text':
    'Annulée avant que Google ne commence. Rien n’a été facturé. « Réessayer » la lance malgré tout.',
  'error.cancelled.running.text':
    'Google s’est arrêté comme demandé. Ce qui était déjà produit peut être facturé. « Réessayer » en lance une nouvelle.',
  'error.cancelled.rehearsal.text':
    'Elle a été demandée lors d’une répétition, et de vraies vidéos sont faites ici désormais. Rien n’a été facturé. « Réessayer » en demande une vraie ({price}).',
  'error.blocked_by_safety.title': 'Refusée par Google pour raison de sécurité',
  'error.blocked_by_safety.text':
    '{reason} Rien ne vous a été facturé. Reformulez et réessayez ; ces refus sont parfois injustifiés et passent au deuxième essai.',
  'error.interrupted.title': 'Interruption au lancement',
  'error.interrupted.text':
    'La connexion à Google a été coupée au moment de lui demander de commencer : nul ne sait s’il l’a fait. La demande n’est pas répétée, car cela pourrait coûter deux fois ({price}). Réessayez si vous acceptez ce risque.',
  'error.timed_out.title': 'Google a mis trop de temps',
  'error.timed_out.text': 'Google n’avait pas terminé au bout de {minutes} minutes.',
  'error.quota_exceeded.title': 'Limite atteinte chez Google',
  'error.quota_exceeded.text':
    'Le quota du compte chez Google est épuisé pour le moment. Rien n’a été facturé. Réessayez plus tard ou prévenez un admin.',
  'error.quota_exceeded.day.text':
    'Le quota du compte chez Google est épuisé pour aujourd’hui. Rien n’a été facturé. Réessayez demain ou prévenez un admin.',
  'error.billing.title': 'La facturation chez Google n’est pas en règle',
  'error.billing.text':
    'Google demande à l’hébergeur de ce bot de configurer la facturation. Rien n’a été facturé. Veuillez prévenir un admin.',
  'error.bad_key.title': 'Google n’accepte pas la clé',
  'error.bad_key.text':
    'La clé Google de l’hébergeur est fausse ou il lui manque une autorisation. Rien n’a été facturé. Veuillez prévenir un admin : `npm run doctor` indique ce qui manque.',
  'error.unreachable.title': 'Google est injoignable',
  'error.unreachable.text':
    'Google n’a pas répondu, malgré plusieurs essais. Rien n’a été facturé. Réessayez plus tard.',
  'error.unreachable.begun.text':
    'Google a commencé cette vidéo, puis n’a donné aucune réponse utilisable pendant deux jours. Veuillez prévenir un admin.',
  'error.unreachable.stopping.text':
    'Google était injoignable à l’instant : nul ne sait encore s’il s’arrête. Appuyez de nouveau sur « Annuler » dans un moment. Si elle continue, la vidéo sera publiée dès qu’elle sera prête.',
  'error.model_retired.title': 'Ce modèle n’existe plus',
  'error.model_retired.text':
    'Google a arrêté {model}. Rien n’a été facturé. Demandez une nouvelle vidéo avec {successor}.',
  'error.model_retired.none.text':
    'Google a arrêté {model}. Rien n’a été facturé. Demandez une nouvelle vidéo avec un autre modèle.',
  'error.model_retired.here.text':
    '{model} ne peut plus être utilisé ici. Rien n’a été lancé ni facturé. Demandez une nouvelle vidéo avec {successor}.',
  'error.lost_operation.title': 'Google l’a perdue',
  'error.lost_operation.text':
    'Google dit ne pas connaître cette vidéo, elle ne peut donc pas être récupérée. Si cela arrive souvent, prévenez un admin.',
  'error.perhaps': 'La vidéo sera peut-être facturée.',
  'error.kept':
    'Pendant les deux jours qui suivent son lancement, « Réessayer » cherche cette vidéo chez Google sans payer de nouveau ; ensuite, ce bouton en crée une nouvelle.',
  'error.anew': '« Réessayer » en crée une nouvelle, payante elle aussi.',
  'error.no_video.title': 'Google a terminé sans vidéo',
  'error.no_video.text':
    'Google s’est arrêté sans vidéo ni explication, souvent à cause du son. Rien ne vous a été facturé. Réessayez, peut-être en d’autres termes.',
  'error.bad_image.title': 'Cette image ne peut pas être utilisée',
  'error.bad_image.text': '{reason} Rien n’a été facturé.',
  'error.bad_video.title': 'La vidéo n’a pas pu être récupérée',
  'error.bad_video.text':
    'Google a produit cette vidéo, mais son fichier n’a pas pu être récupéré en entier. Si cela arrive souvent, prévenez un admin.',
  'error.storage.title': 'La vidéo ne peut pas être conservée',
  'error.storage.text':
    'Le disque ou la base de données de l’hébergeur n’accepte rien pour le moment : rien de nouveau n’est lancé. Veuillez prévenir un admin : `npm run doctor` indique ce qui manque.',
  'error.google_error.title': 'Google a signalé une erreur',
  'error.google_error.text':
    'Google a abandonné cette vidéo. Rien ne vous a été facturé. Réessayez ; modifier un peu le prompt aide souvent.',
  'error.internal.title': 'Un problème est survenu ici',
  'error.internal.text': 'C’est une erreur du bot, notée dans son journal. Veuillez prévenir un admin.',

  'image.too_large': 'L’image est trop lourde : {limit} au maximum. Envoyez-en une plus petite.',
  'image.too_many_pixels': 'L’image a trop de pixels : {limit} mégapixels au maximum. Envoyez-en une plus petite.',
  'image.not_an_image': 'Ce n’est pas une image PNG, JPEG ou WebP. Envoyez-en une dans l’un de ces formats.',
  'image.truncated': 'L’image est abîmée ou incomplète. Enregistrez-la de nouveau et renvoyez-la.',
  'image.animated': 'L’image est animée. Envoyez une image fixe.',
  'image.login_page':
    'Une page de connexion est arrivée à la place de l’image : le bot ne peut pas lire les fichiers ici. Un admin peut lui donner cette autorisation et le réinstaller.',
  'image.untrusted_address': 'L’image se trouve à une adresse qui n’est pas de confiance. Joignez l’image elle-même.',
  'image.gone': 'L’image n’est plus là. Joignez-la de nouveau.',
  'image.forbidden': 'Le bot ne peut pas lire cette image. Joignez-la ici.',
  'image.no_decoder':
    'L’image de fin ne peut pas être extraite, car aucun décodeur vidéo n’est installé. Un admin peut installer ffmpeg.',
  'image.no_video': 'La vidéo précédente n’est plus là, donc son image de fin non plus. Refaites-la d’abord.',
  'image.unreachable': 'L’image n’a pas pu être récupérée, car son serveur n’a pas répondu. Joignez-la de nouveau.',
  'image.other': 'L’image n’a pas pu être lue. Enregistrez-la en PNG ou JPEG et renvoyez-la.',

  'safety.child': 'Le prompt ou l’image semble montrer un enfant.',
  'safety.celebrity': 'Le prompt ou l’image semble montrer une personne connue.',
  'safety.video_safety': 'La vidéo terminée n’a pas passé le contrôle de sécurité de Google.',
  'safety.dangerous': 'La demande semble montrer quelque chose de dangereux.',
  'safety.hate': 'La demande semble haineuse.',
  'safety.other': 'Le contrôle de sécurité de Google s’y oppose, sans raison plus précise.',
  'safety.prohibited': 'La demande semble viser un contenu interdit.',
  'safety.third_party': 'La demande semble utiliser un contenu protégé appartenant à autrui.',
  'safety.sexual': 'La demande semble sexuelle.',
  'safety.toxic': 'La demande semble insultante.',
  'safety.violence': 'La demande semble violente.',
  'safety.vulgar': 'La demande semble vulgaire.',
  'safety.code': '(Code Google : {code}.)',

  'problem.required': '{field} : à compléter. Dites ce que la vidéo doit montrer.',
  'problem.too_long': '{field} : trop long, environ {tokens} jetons pour {limit} au maximum.',
  'problem.not_a_number': '{field} : « {given} » n’est pas un nombre.',
  'problem.not_offered': '{field} : « {given} » ne va pas avec le reste. Possible : {accepted}.',
  'problem.not_offered.none': '{field} : « {given} » n’est pas possible ici.',
  'problem.not_with':
    '{field} : incompatible avec le reste sur {model}. Retirez cette option ou choisissez un autre modèle.',
  'problem.needs_first_frame': '{field} : il faut aussi une image de début. Ajoutez l’image qui ouvre la vidéo.',
  'problem.too_many': '{field} : {accepted} au maximum.',
  'problem.unknown_parent': 'La vidéo précédente n’existe pas, ou vous ne pouvez pas la voir.',
  'problem.parent_unfinished': 'La vidéo précédente n’est pas terminée : rien ne peut encore s’appuyer dessus.',
  'problem.parent_failed': 'La vidéo précédente n’a pas été faite : il n’y a rien sur quoi s’appuyer.',
  'problem.parent_expired':
    'Google garde une vidéo deux jours ; celle-ci est plus ancienne et ne peut plus y être modifiée.',
  'problem.parent_too_long': 'Cela va jusqu’à {limit} secondes en tout ; la vidéo précédente est trop longue.',
  'problem.blocked_word': '{field} : contient un mot qui n’est pas autorisé ici.',
  'problem.small_talk': 'Cela ne demande pas encore de vidéo. Dites en une phrase ce qu’elle doit montrer.',
  'problem.malformed': '{field} : « {given} » est incompréhensible.',

  'name.prompt': 'Prompt',
  'name.model': 'Modèle',
  'name.aspectRatio': 'Format d’image',
  'name.resolution': 'Résolution',
  'name.durationSeconds': 'Durée',
  'name.negativePrompt': 'Prompt négatif',
  'name.seed': 'Graine',
  'name.personGeneration': 'Présence de personnes',
  'name.firstFrame': 'Image de début',
  'name.lastFrame': 'Image de fin',
  'name.references': 'Images de référence',
  'name.builds': 'Suite d’une vidéo précédente',
  'name.allowedModels': 'Modèles autorisés',
  'name.allowedResolutions': 'Résolutions autorisées',
  'name.maxDurationSeconds': 'Plus longue vidéo en secondes',
  'name.request': 'Demande',

  'budget.requester': 'Votre budget du jour',
  'budget.workspace': 'Le budget d’ici pour ce mois',
  'budget.total': 'Le budget de tout le bot pour ce mois',

  'delivery.sent_as_dm': 'elle vous a été envoyée directement',
  'delivery.sent_to_channel': 'elle a été envoyée dans le salon',
  'delivery.link_only': 'elle est trop lourde pour cet endroit, voici donc un lien',
  'delivery.too_large': 'elle est trop lourde pour cet endroit ; un admin sait où se trouve le fichier',
  'delivery.smaller': 'elle était trop lourde pour cet endroit, voici donc une copie plus légère',
  'delivery.gone': 'cet endroit n’existe plus ou est fermé au bot ; vous la trouverez parmi vos vidéos',
  'delivery.other': 'elle est gardée parmi vos vidéos',

  'history.pending': 'Acceptée',
  'history.held': 'En attente d’approbation',
  'history.queued': 'Dans la file d’attente',
  'history.decided': 'Décision de {detail}',
  'history.starting': 'Démarrage demandé à Google',
  'history.not_started': 'Google n’a pas commencé',
  'history.processing': 'Google a commencé',
  'history.seen_done': 'Google a terminé',
  'history.completed': 'Enregistrée',
  'history.error': 'Fin : {detail}',
  'history.reserved': '{price} mis de côté',
  'history.settled': '{price} payés',
  'history.released': '{price} libérés',
  'history.uncertain': '{price} peut-être facturés',
  'history.delivered': 'Publiée',
  'history.delivery_problem': 'Publication impossible comme demandé : {detail}',
  'history.retired': 'Fichiers rangés',
  'history.removed': 'Données personnelles supprimées',

  'time.seconds': '{seconds} s',
  'time.minutes': '{minutes} min {seconds} s',

  'http.malformed.title': 'Cette requête est illisible',
  'http.malformed.text': 'Elle n’a pas la forme attendue à cette adresse.',
  'http.malformed.remedy': 'La page /docs décrit chaque appel.',
  'http.unauthorized.title': 'Veuillez vous connecter',
  'http.unauthorized.text': 'Personne n’est connecté.',
  'http.unauthorized.remedy': 'Connectez-vous sur la page d’accueil, ou envoyez le jeton d’accès comme jeton Bearer.',
  'http.wrong_token.title': 'Ce jeton n’est pas le bon',
  'http.wrong_token.text': 'Personne n’a été connecté.',
  'http.wrong_token.remedy': 'Vérifiez-le et réessayez ; l’hébergeur de ce bot le connaît.',
  'http.no_route.title': 'Il n’y a rien ici',
  'http.no_route.text': 'Aucune page ni aucun appel n’a cette adresse.',
  'http.no_route.remedy': 'La page /docs décrit chaque appel.',
  'http.method_not_allowed.title': 'Impossible à cette adresse',
  'http.method_not_allowed.text': 'Cette adresse accepte {allowed}.',
  'http.method_not_allowed.remedy': 'La page /docs décrit chaque appel.',
  'http.too_large.title': 'Trop volumineux',
  'http.too_large.text': 'C’est plus qu’on ne peut envoyer ici en une fois. Rien n’a été lancé.',
  'http.too_large.remedy':
    'Envoyez des images de 20 Mo au plus : une de début, une de fin et trois de référence au maximum.',
  'http.unsupported_media_type.title': 'Type de contenu incorrect',
  'http.unsupported_media_type.text': 'Cette adresse accepte {accepted}.',
  'http.unsupported_media_type.remedy': 'La page /docs décrit chaque appel.',
  'http.rate_limited.title': 'Trop de requêtes',
  'http.rate_limited.text': 'Celle-ci arrive trop vite après les autres. Rien n’a été lancé.',
  'http.rate_limited.remedy': 'Veuillez réessayer dans {seconds} s.',
  'http.wrong_host.title': 'Mauvaise adresse',
  'http.wrong_host.text': 'Ce service ne répond pas sous ce nom.',
  'http.wrong_host.remedy':
    'Ouvrez-le à sa propre adresse. Derrière un proxy, il a besoin de PUBLIC_URL et de WEB_ACCESS_TOKEN.',
  'http.wrong_origin.title': 'Pas depuis là',
  'http.wrong_origin.text': 'Un autre site a envoyé cette requête : rien n’a été fait.',
  'http.wrong_origin.remedy':
    'Utilisez la page de ce service. Si c’est elle, son adresse va dans PUBLIC_URL ; ALLOWED_ORIGINS autorise d’autres sites.',
  'http.same_key.title': 'Cette Idempotency-Key a déjà servi',
  'http.same_key.text': 'Elle appartient à une requête au contenu différent. Rien n’a été lancé.',
  'http.same_key.remedy': 'Utilisez une nouvelle clé pour chaque nouvelle requête.',
  'http.bad_key.title': 'Cette Idempotency-Key est inutilisable',
  'http.bad_key.text': 'Elle compte de 1 à 128 lettres, chiffres et signes . _ : -',
  'http.bad_key.remedy': 'Un UUID aléatoire convient bien.',
  'http.bad_range.title': 'Cette partie n’existe pas',
  'http.bad_range.text': 'Le fichier est plus court que la partie demandée.',
  'http.bad_range.remedy': 'Demandez le fichier entier.',
} as const satisfies Partial<Catalogue>
