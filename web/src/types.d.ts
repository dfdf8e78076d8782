// What travels between modules. A name here can be used in any JSDoc comment.

type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float64Array;
type Packed = { type: string; data: string };
/** Lowest and highest value; null: no limit. */
type Limits = [number | null, number | null];
/** One row of a table, or what a mark of a chart was drawn from. */
type Row = Record<string, any>;
type Column = { name: string; label: string; kind: string };
type Table = { columns: Column[]; rows: Row[] };
/** A heading, or a label with its value. */
type TipLine = string | [string, string];

interface Locale {
  minus: string;
  decimal: string;
  group: string;
  sizes: [number, number];
  percent: [string, string];
  money_above: [string, string];
  money_below: [string, string];
  day: string[];
  month: string[];
  names: Record<string, string[]>;
  days: string[];
}

/** A column to filter by, of the line or of its customer (retail/schema/dimensions.py). */
interface Dimension {
  name: string;
  title: string;
  many: string;
  of: "line" | "customer";
  /** Whether a purchase has one value, to which its returns are attributed. */
  isAttributed: boolean;
  /** Key of its bars, where the dashboard has some. */
  figure: string | null;
}

/** A figure: the sign of each sum that it adds up, and of those that it divides by. */
interface Metric {
  name: string;
  /** What its tile is called. */
  label: string;
  /** What an axis or a column of it is called. */
  title: string;
  kind: string;
  over: Record<string, number>;
  under: Record<string, number> | null;
  /** Field of the input without which it is not shown. */
  needs: string | null;
}

/** What the codes of a column mean; a subcategory is a pair of category and name. */
type Names = { category: string[]; subcategory: [string, string][]; segment?: string[] } & Record<
  string,
  any[]
>;

/** Columns of lines; in a cube each row is a line with weights, and has `purchases` instead of numbers of them. */
interface Lines {
  count: number;
  /** Of a sample: the unit of each line, and how many each unit stands for. */
  unit?: Numbers;
  weights?: Float64Array;
  customer: Numbers;
  day: Numbers;
  until: Numbers;
  attributedDay: Numbers;
  attributedUntil: Numbers;
  subcategory: Numbers | null;
  category?: Numbers | null;
  codes: Record<string, Numbers | null>;
  attributedCodes: Record<string, Numbers | null>;
  gross: Numbers;
  returns: Numbers;
  tax: Numbers;
  units: Numbers;
  credited_returns: Numbers;
  amount?: Numbers;
  purchase?: Numbers;
  purchases?: Numbers;
}

/** Columns of customers, or of groups of them with a `weight`. */
type Customers = {
  count: number;
  monetary?: Numbers;
  weight?: Numbers;
  buyers?: Numbers;
  r?: Numbers;
  f?: Numbers;
  segment?: Numbers;
  cluster?: Numbers;
  cell?: Numbers;
} & Record<string, any>;

interface Members {
  id: string[];
  units: Numbers | null;
  scores: Numbers[];
  labels: Record<string, Uint8Array>;
  names: Record<string, string[]>;
  drawn: Numbers | null;
}

interface Fit {
  components: number;
  clusters: number;
  is_chosen: boolean;
  is_sampled: boolean;
  silhouette: number;
  inertia: number;
  explained_variance: number;
  verdict: string;
}

/** What retail/charts/payload.py packed, decoded. */
interface Data {
  first: number;
  through: number;
  asOf: number;
  days: number;
  lastDay: number;
  tailDays: number | null;
  moneyScale: number;
  quantityScale: number;
  currency: string;
  features: string[];
  names: Names;
  dimensions: Dimension[];
  metrics: Metric[];
  customerDimensions: { name: string; title: string }[];
  category: number[];
  labels: string[];
  bins: number;
  cells: {
    r: number;
    f: number;
    segment: string;
    is_impossible: boolean;
    mean_monetary: number | null;
  }[];
  segments: { segment: string; order: number; rule: string }[];
  rfm_cuts: { measure: string; score: number; rule: string }[];
  cluster_fits: Fit[];
  clusterNames: string[];
  cities: Row[];
  specs: Record<string, Record<string, any>>;
  bars: Record<string, string[]>;
  colours: {
    categories: Record<string, string>;
    clusters: string[];
    ramp: string[];
    levels: string[];
    dark: Record<string, string>;
  };
  lines: Lines;
  customers: Customers;
  rescored: Rescored | null;
  /** How to score as the run does; null where no one is scored, absent where the lines don't travel. */
  scoring?: {
    bins: number;
    map: [number, number, string][];
    levels: { bins: number; names: string[]; least: number[] };
    fixed: Record<string, number[]>;
  } | null;
  members: Members | null;
  cubes?: Cube[];
  people?: Row | null;
  mixed?: string[];
  exact?: Record<string, any>;
  sample?: {
    path: string;
    customers: number;
    certain: number;
    of: number;
    unlabelled: number;
  } | null;
}

interface Cube {
  name: string;
  dimensions: string[];
  grain: string;
  count: number;
  rows: Row | null;
  path: string | null;
  shown: number;
  isLoaded?: boolean;
  isLost?: boolean;
}

interface Filters {
  names: string[];
  ofLines: string[];
  dimensions: Dimension[];
  lineDimensions: Dimension[];
  customerDimensions: Dimension[];
  bits: Map<string, number>;
}

/** What the page scored itself: see state/scoring.js. */
interface Rescored {
  /** NaN where a customer is not scored. */
  values: Record<string, Float64Array>;
  group: Uint8Array;
  cuts: Record<string, number[]>;
  /** Of a selection: the day, from the first, as of which it is scored; how many are scored. */
  asOf?: number;
  customers?: number;
  /** Kept units by customer and subcategory, as in Members. */
  kept?: Float64Array;
  cluster?: Uint8Array;
  /** Component scores by component and customer. */
  scores?: Float64Array[];
  fit?: Partial<Fit> | null;
  /** Why there are no clusters. */
  reason?: string;
}

type State = {
  from: number | null;
  to: number | null;
  product: Set<number>;
  cell: Set<number>;
  segment: Set<number>;
  cluster: Set<number>;
  level: Set<number>;
  within: string;
  ranges: Record<string, Limits>;
} & Record<string, any>;

type Setup = ReturnType<typeof import("./state/setup.js").emptySetup> & Record<string, any>;

/** Which filters each line and customer fails, as bits. */
interface Masks {
  booked: Uint32Array;
  attributed: Uint32Array;
  person: Uint32Array;
}

interface Sums {
  gross: Float64Array;
  returns: Float64Array;
  tax: Float64Array;
  units: Float64Array;
  purchases: Float64Array;
  credited_returns: Float64Array;
  buyers: Float64Array;
}

/** A number of each unit of the sample, and its exact sum over everyone. */
type Beside = { values: ArrayLike<number>; total: number };

/** Something to sum: the lines, a cube, groups of customers, or the sample. */
interface Source {
  data: Data;
  masks: Masks;
  /** Dimensions; null: all. */
  carries: Set<string> | null;
  /** The shortest period that it can tell. */
  grain: string;
  name?: string;
  isSample?: boolean;
}

/** Where sums come from, and whether some of them are estimated. */
type Sourced = { source: Source | null; isAbout?: boolean };

/** Filters by name (`pair` when clusters were swapped) and settings by name that changed. */
interface Change {
  filters?: string[];
  settings?: string[];
  history?: "push" | "replace" | "none";
}

interface PackedMoves {
  months: string[];
  states: string[];
  directions: string[];
  causes: string[];
  pairs: number[][];
  from_segment: number[];
  to_segment: number[];
  direction: number[];
  cause: number[];
  customers: number[];
  before: number[];
  after: number[];
  moneyScale: number;
  currency: string;
}

interface Stretch {
  gap: number;
  from: number;
  to: number;
}

/** A chart in its box on the page. */
interface Figure {
  key: string;
  element: HTMLElement;
  /** Where the chart is drawn. */
  box: HTMLElement;
  /** Above the chart, for what changes more often than the chart. */
  overlay: HTMLCanvasElement;
  title: string;
  /** Vega's view once drawn. */
  view: any;
  width: number;
  height: number;
  /** Whether its box has a height of its own, which the chart takes. */
  isFit: boolean;
  isDirty: boolean;
  isVisible: boolean;
  mustBuild: boolean;
  mustPaint: boolean;
  /** What its specification was made for. */
  shape?: string;
  /** The cluster that was shown alone when the overlay was painted last. */
  previewed?: number | null;
  /** Vega-Lite, without rows. */
  spec: () => any;
  /** Vega-Lite of images and source, where it differs. */
  exportedSpec: (() => any) | null;
  /** What the chart draws. */
  rows: () => Row[];
  /** What the table view and the CSV hold. */
  table: () => Table;
  /** Rows for image and source; with what is not selected marked `dim`. */
  exported: () => Row[];
  /** What Enter does on a mark, where it is not what a click on Vega's mark does. */
  press?: Figure["click"];
  /** Marks that Vega does not draw, for the keyboard. */
  marks?: (() => import("./vega/marks.js").Mark[]) | null;
  /** What a tooltip shows of a mark; nothing for a mark that is no row. */
  tip: ((datum: Row) => TipLine[] | null | undefined | 0) | null;
  click: ((datum: Row, event: MouseEvent) => void) | null;
  hover: ((datum: Row | null) => void) | null;
  /** After the chart was drawn. */
  after: ((figure: Figure) => void) | null;
}

/** A chart of the dashboard that filters and is filtered. */
interface View {
  /** Of its figure. */
  key: string;
  /** Filters that it sets, and shows the values of without respecting them. */
  own: string[];
  /** Names of settings that change its specification. */
  switches?: string[];
  /** What its specification depends on besides; another one builds it anew. */
  shape?: () => string;
  /** Filters whose change only needs the overlay. */
  painted?: string[] | "all";
  /** Which specification of `data.specs[key]` is drawn. */
  position?: () => string;
  spec?: () => any;
  exportedSpec?: () => any;
  rows: () => Row[];
  exported?: () => Row[];
  table: () => Table;
  tip?: Figure["tip"];
  click?: Figure["click"];
  hover?: Figure["hover"];
  marks?: Figure["marks"];
  press?: Figure["press"];
  title?: () => string;
  about: () => string;
  /** Where its sums come from, in words. */
  from?: () => string;
  attach?: (figure: Figure) => void;
  after?: (figure: Figure) => void;
  /** Draws the overlay. */
  paint?: (figure: Figure) => void;
}

/** A part of the page that is no chart. */
interface Part {
  isDirty: boolean;
  isVisible: () => boolean;
  update: () => void;
}

/** What clusteringOf found. */
interface Clustering {
  /** Customers clustered. */
  rows: number[];
  labels: Uint8Array;
  scores: Float64Array[];
  inertia: number;
  explained: number;
  silhouette: number;
  isSampled: boolean;
  fitted: number;
}

type Store = ReturnType<typeof import("./state/store.js").createStore>;
type Scoring = ReturnType<typeof import("./state/scoring.js").createScoring>;
type Sources = ReturnType<typeof import("./state/sources.js").createSources>;
type DashboardSums = ReturnType<typeof import("./state/sums.js").createSums>;
type Changes = ReturnType<typeof import("./state/changes.js").createChanges>;
type Renderer = ReturnType<typeof import("./views/renderer.js").createRenderer>;
type Controls = ReturnType<typeof import("./panels/controls.js").createControls>;
/** What every view and panel of the dashboard gets. */
interface Dashboard {
  store: Store;
  scoring: Scoring;
  sources: Sources;
  sums: DashboardSums;
  changes: Changes;
  render: Renderer;
  controls: Controls;
}

/** run.js of the site (retail/render/run.py). */
interface Run {
  run_id: string;
  started: string;
  checked?: string;
  stale_after_hours?: number;
  inputs?: { file: string; sha256: string }[];
  checks?: { verdict: string; severity: string }[];
  history?: Record<string, number | null>[];
  [name: string]: any;
}

interface Window {
  /** What scripts with data put here. */
  retailReport: Record<string, any> & { run?: Run };
  /** The vendored bundle. */
  retailVega: any;
}
