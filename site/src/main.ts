import { startNavigation } from "./common/navigation.js";
import { startOffline } from "./common/offline.js";
import { startTheme } from "./common/theme.js";
import { startMemory } from "./memory/panel.js";
import { startSeries } from "./series/panel.js";
import { startSpeed } from "./speed/panel.js";
import { startText } from "./text/panel.js";
import { startTwin } from "./twin/panel.js";

startTheme();
startNavigation();
startText();
startSeries();
startMemory();
startTwin();
startSpeed();
startOffline();
