// The page of the machine: once a second, as often as its sensors are read when nothing runs.

import { keepFresh } from "./live.js";

keepFresh(1000);
