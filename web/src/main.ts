// Starts the studio, or, in a saved page, the viewer or the walk that was saved.

import "./style.css";
import "./controls.css";
import "./layout.css";
import "./stage.css";
import "./parts.css";
import "./widths.css";
import { startStudio } from "./app";
import { savedPage, startPage } from "./page";
import { savedWalk, startWalk } from "./walk/page";

const root = document.getElementById("app");
const saved = savedPage();
const walk = savedWalk();
if (root && walk) void startWalk(root, walk);
else if (root && saved) startPage(root, saved);
else if (root) startStudio(root);
