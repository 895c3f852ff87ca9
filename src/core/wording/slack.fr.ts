import type { Catalogue } from './en.ts'

/** French for slack.en.ts. */
export const slackFr = {
  'slack.expected': 'Prévue à {when}',
  'slack.form.submit': 'Créer la vidéo',
  'slack.form.close': 'Fermer',
  'slack.form.auto': 'Choisir pour moi',
  'slack.form.where': 'Où la publier ? (sans choix : uniquement à vous)',
  'slack.form.price': 'Prix : {price}',
  'slack.form.impossible': 'Pas encore possible : {problem}',
  'image.none_here': 'Ce message n’a pas d’image. Choisissez-en un avec un PNG, JPEG ou WebP joint.',
  'image.none_above':
    'Il n’y a pas d’image plus haut dans ce fil que je puisse utiliser. Joignez-en une à votre message.',
  'slack.thread.text': 'Ce qui est écrit dans ce fil concerne sa vidéo. Pour une autre, demandez-la hors du fil.',
  'slack.edited.title': 'J’ai pris la première version',
  'slack.edited.text':
    'Elle était acceptée avant que vous ne changiez votre message. Les boutons sous ma réponse permettent encore de l’annuler ou d’en changer le prompt.',
  'delivery.not_in_channel':
    'je ne suis pas dans ce canal, elle vous arrive donc directement ; pour la prochaine, invitez-moi avec /invite',
  'delivery.unseen':
    'je ne vois pas ce canal, elle vous arrive donc directement ; s’il est privé, invitez-moi avec /invite pour la prochaine',
  'delivery.archived':
    'ce canal est archivé, elle vous arrive donc directement ; faites la prochaine demande dans un autre',
  'delivery.restricted':
    'la publication est limitée dans ce canal, elle vous arrive donc directement ; un admin de l’espace de travail peut l’autoriser',
  'delivery.files_linked': 'Slack n’accepte pas ce fichier dans cet espace de travail, vous recevez donc un lien',
  'delivery.files_refused':
    'Slack n’accepte pas ce fichier dans cet espace de travail ; un admin peut l’y autoriser, puis la livrer de nouveau',
  'image.external':
    '« {name} » n’est qu’un lien vers un autre service, où je ne peux pas lire. Importez l’image elle-même dans Slack et redemandez.',
  'image.still_hidden': 'Slack ne me montre pas cette image. Importez-la de nouveau dans ce canal et redemandez.',
  'error.forbidden.outside.text':
    'Ce canal est partagé avec une autre organisation. Seuls les membres de l’espace de travail qui m’héberge peuvent demander ici ; adressez-vous à l’un d’eux, ou installez-moi dans votre propre espace. Rien n’a été lancé.',
  'error.cancelled.uninstalled.text':
    'L’application a été retirée de l’espace Slack avant que Google ne commence. Rien n’a été facturé. Une fois l’application réinstallée, « Réessayer » la lance.',
  'slack.home.month': 'Ce mois-ci : {settled} payés, {reserved} réservés.',
  'delivery.uninstalled':
    'l’application a été retirée de cet espace Slack ; une fois réinstallée, la vidéo pourra y être livrée',
  'slack.install.cancelled': 'Rien n’a été installé.',
  'slack.install.failed':
    'Dailies n’a pas pu être installé. Rouvrez la page /slack/install, dans le même navigateur et dans les dix minutes ; si cela ne suffit pas, adressez-vous à l’hébergeur.',
  'slack.install.stranger':
    'L’hébergeur de Dailies n’a pas admis l’espace {team}. Demandez-lui de l’ajouter à SLACK_TEAM_IDS, puis réinstallez. Rien n’a été conservé.',
  'slack.install.whole':
    'Dailies s’installe dans un espace à la fois, avec son bot, et non dans toute une organisation. Choisissez un espace et réinstallez. Rien n’a été conservé.',
  'slack.install.rotation':
    'La rotation des jetons est activée pour cette application, ses jetons expireraient donc. Demandez à l’hébergeur de Dailies de recréer l’application depuis le manifeste, sans elle. Rien n’a été conservé.',
} as const satisfies Partial<Catalogue>
