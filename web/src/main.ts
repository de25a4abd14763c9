// Starts the studio, or, in a saved page, the viewer of what was saved.

import "./style.css";
import "./controls.css";
import "./layout.css";
import "./stage.css";
import "./parts.css";
import "./widths.css";
import { startStudio } from "./app";
import { savedPage, startPage } from "./page";

const root = document.getElementById("app");
const saved = savedPage();
if (root && saved) startPage(root, saved);
else if (root) startStudio(root);
