import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { html } from "./markup.ts";

describe("html", () => {
  it("escapes what is put into it", () => {
    const name = `<script>alert("x")</script> & 'y'`;
    const expected = "<b>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</b>";
    assert.equal(html`<b>${name}</b>`.markup, expected);
  });
  it("takes other HTML as it is, one piece or many", () => {
    const rows = [html`<i>1</i>`, html`<i>${2}</i>`];
    assert.equal(html`<p>${rows}${html`<hr>`}</p>`.markup, "<p><i>1</i><i>2</i><hr></p>");
  });
  it("leaves out what is absent", () => assert.equal(html`a${undefined}b`.markup, "ab"));
});
