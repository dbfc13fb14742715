import type { Fact, MailContent, Tone } from "./content.ts";
import { html, type Markup } from "./markup.ts";

/** Colours that read on a light and on a dark card alike, since mail programs repaint at will. */
const tones: Readonly<Record<Tone, string>> = {
  attention: "#a8570a",
  trouble: "#c62f27",
  plain: "#0f7d6f",
};

const font =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;";
const ink = "color:#17202a;";
const soft = "color:#5c6773;";
const line = "#e3e7ec";

/**
 * For mail programs that honour it; all that matters is inline already. No remote images, no
 * fonts, no scripts: opening the mail tells nobody.
 */
const darkStyle = html`
<style>
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page { background-color: #0d1117 !important; }
    .card { background-color: #161c24 !important; border-left-color: #2a333e !important;
      border-right-color: #2a333e !important; border-bottom-color: #2a333e !important; }
    .ink { color: #e9eef4 !important; }
    .soft { color: #9eabb8 !important; }
    .line { border-color: #2a333e !important; }
    .track { background-color: #2a333e !important; }
  }
</style>`;

/** The e-mail as most people see it: one card, built of tables, since some still need them. */
export function asHtml(content: MailContent): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${content.subject}</title>${darkStyle}
</head>
<body class="page" style="margin:0;padding:0;background-color:#f3f5f7;">
<div style="display:none;max-height:0;overflow:hidden;">${content.preview}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0"
 style="background-color:#f3f5f7;"><tr><td align="center" style="padding:28px 12px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0"
 style="max-width:560px;background-color:#ffffff;border:1px solid ${line};border-radius:12px;
border-top:4px solid ${tones[content.tone]};">
<tr><td style="padding:28px 28px 26px;${font}">${cardOf(content)}</td></tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;">
<tr><td class="soft" style="padding:16px 28px 0;${font}font-size:12px;line-height:18px;${soft}">
${content.foot}</td></tr></table>
</td></tr></table>
</body>
</html>
`;
  return markup;
}

function cardOf({ tone, sender, headline, bar, paragraphs, facts, action }: MailContent): Markup {
  const colour = tones[tone];
  return html`
<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:18px;${soft}">${sender}</p>
<h1 class="ink" style="margin:0;font-size:22px;line-height:30px;font-weight:650;${ink}">${headline}</h1>
${bar && barOf(bar.percent, colour)}
${paragraphs.map(paragraphOf)}
${facts.length > 0 ? factsOf(facts) : undefined}
${action && buttonOf(action, colour)}`;
}

function paragraphOf(text: string): Markup {
  return html`<p class="ink" style="margin:16px 0 0;font-size:15px;line-height:23px;${ink}">
${text}</p>`;
}

/** Two cells of a table: a bar that needs no image. */
function barOf(percent: bigint, colour: string): Markup {
  const full = percent < 100n ? percent : 100n;
  const fill = html`<td width="${full}%" height="10" bgcolor="${colour}"
 style="font-size:0;line-height:10px;border-radius:5px;">&nbsp;</td>`;
  const rest = html`<td width="${100n - full}%" style="font-size:0;line-height:10px;">&nbsp;</td>`;
  return html`
<table role="presentation" class="track" width="100%" cellpadding="0" cellspacing="0"
 style="margin:18px 0 2px;background-color:#e3e7ec;border-radius:5px;"><tr>
${full > 0n ? fill : undefined}${full < 100n ? rest : undefined}</tr></table>`;
}

function factsOf(facts: readonly Fact[]): Markup {
  const rows = facts.map(([label, value]) => {
    const cell = `padding:9px 0;border-top:1px solid ${line};font-size:14px;line-height:20px;`;
    return html`<tr>
<td class="soft line" valign="top" width="112" style="${cell}padding-right:12px;${soft}">${label}</td>
<td class="ink line" valign="top" style="${cell}${ink}">${value}</td></tr>`;
  });
  return html`
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:20px 0 0;">
${rows}</table>`;
}

function buttonOf(action: { label: string; url: string }, colour: string): Markup {
  return html`
<table role="presentation" cellpadding="0" cellspacing="0" style="margin:24px 0 0;"><tr>
<td bgcolor="${colour}" style="border-radius:8px;">
<a href="${action.url}" style="display:inline-block;padding:11px 20px;${font}font-size:15px;
line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;">${action.label}</a>
</td></tr></table>`;
}
