// Every page but the dashboard: figures whose rows came with the page, what names the run, and the pages'
// own tables.

import { startPage } from "./pages/common.js";
import { startCustomers } from "./pages/customers.js";
import { startMigration } from "./pages/migration.js";

document.addEventListener("DOMContentLoaded", () => {
  startPage();
  startMigration();
  startCustomers();
});
