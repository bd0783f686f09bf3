import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Column, Table } from './table.js';

const TYPES = { integer: 'INT64', number: 'DOUBLE', text: 'STRING', boolean: 'BOOLEAN' } as const;

/** Encodes a table as a Parquet file: INT64, DOUBLE, UTF-8 and BOOLEAN columns, all nullable. */
export function encodeParquet(table: Table): Uint8Array {
  const columnData = table.map((column) => ({
    name: column.name,
    type: TYPES[column.type],
    nullable: true,
    data: dataOf(column),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function dataOf({ type, values }: Column): (number | string | boolean | bigint | null)[] {
  if (type !== 'integer') return [...values];
  return values.map((value) => (typeof value === 'number' ? BigInt(value) : null));
}
