// Everything that a signed-in page does by itself. Each module is one behaviour; all work on what the
// server wrote, and the page works, slower, without them.
import "./ask.js";
import "./bulk-select.js";
import "./composer.js";
import "./copy.js";
import "./dialogs.js";
import "./hotkeys.js";
import "./list-move.js";
import "./live.js";
import "./local-time.js";
import "./mail-frame.js";
import "./menu.js";
import "./palette.js";
import "./presence.js";
import "./push.js";
import "./put-in.js";
import "./recipients.js";
import "./rich-text.js";
import "./record-switch.js";
import "./table-move.js";
import "./tabs-in-sight.js";
import "./theme-switch.js";
import "./toast.js";
