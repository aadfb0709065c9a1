import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Makes a function that prepares (once) a statement on a table; `$table` in the text stands for the table's name. */
export const statementsOn = (database: DatabaseSync, table: string): ((sql: string) => StatementSync) => {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql.replaceAll("$table", table));
    prepared.set(sql, statement);
    return statement;
  };
};
