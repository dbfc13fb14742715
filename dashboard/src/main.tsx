import { render } from "preact";
import { App } from "./app.tsx";
import { followLinks } from "./path.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/tables.css";
import "./styles/screens.css";

followLinks();
const place = document.querySelector("#app");
if (place) render(<App />, place);
