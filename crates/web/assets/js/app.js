import "./copy.js";
import "./keys.js";
import "./live.js";
import "./menus.js";
import "./palette.js";
import "./prefs.js";
import "./lines.js";
