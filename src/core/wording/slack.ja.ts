import type { Catalogue } from './en.ts'

/** Japanese for slack.en.ts. */
export const slackJa = {
  'slack.expected': '完成予定: {when}',
  'slack.form.submit': '動画を作る',
  'slack.form.close': '閉じる',
  'slack.form.auto': 'おまかせ',
  'slack.form.where': '投稿先 (選ばなければ自分だけに届きます)',
  'slack.form.price': '料金: {price}',
  'slack.form.impossible': 'まだ作れません: {problem}',
  'image.none_here': 'そのメッセージには画像がありません。PNG、JPEG、WebP が添付されたメッセージを選んでください。',
  'image.none_above': 'このスレッドの上のほうに、使える画像がありません。メッセージに画像を添付してください。',
  'delivery.not_in_channel':
    'そのチャンネルに参加していないため、直接お届けします。次回のために /invite で招待してください',
  'delivery.unseen':
    'そのチャンネルが見えないため、直接お届けします。非公開チャンネルなら、次回のために /invite で招待してください',
  'delivery.archived':
    'そのチャンネルはアーカイブされているため、直接お届けします。次回は別のチャンネルでリクエストしてください',
  'delivery.restricted':
    'そのチャンネルは投稿が制限されているため、直接お届けします。ワークスペースの管理者が許可できます',
  'image.external':
    '「{name}」は別のサービスへのリンクで、読み取れません。画像そのものを Slack にアップロードして、もう一度お試しください。',
  'image.still_hidden':
    'Slack からその画像を受け取れません。このチャンネルにアップロードし直して、もう一度お試しください。',
  'error.forbidden.outside.text':
    'このチャンネルは別の組織と共有されています。ここでリクエストできるのは、このボットを入れたワークスペースのメンバーだけです。その方に頼むか、ご自分のワークスペースにインストールしてください。何も始まっていません。',
  'slack.home.month': '今月: 支払い済み {settled}、予約中 {reserved}',
} as const satisfies Partial<Catalogue>
