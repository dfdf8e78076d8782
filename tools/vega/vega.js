// For pages that get Vega-Lite specifications: the compiler, the runtime and the interpreter a strict CSP needs.
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import * as vegaLite from "vega-lite";

window.retailVega = { vega, vegaLite, expressionInterpreter };
