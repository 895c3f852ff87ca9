import { getTableColumns, getTableName, type Table } from 'drizzle-orm'
import { expect, expectTypeOf, it } from 'vitest'
import * as postgres from '../../src/db/schema.postgres.ts'
import * as sqlite from '../../src/db/schema.sqlite.ts'

type Rows<Tables extends Record<string, { readonly $inferSelect: unknown }>> = {
  [Name in keyof Tables]: Tables[Name]['$inferSelect']
}

it('has the same tables and columns, of the same JavaScript types, in both databases', () => {
  expectTypeOf<Rows<typeof postgres>>().toEqualTypeOf<Rows<typeof sqlite>>()
  const described = (tables: Record<string, Table>) =>
    Object.entries(tables).map(([name, table]) => {
      const columns = Object.entries(getTableColumns(table))
      return [name, getTableName(table), columns.map(([key, { name, notNull }]) => [key, name, notNull])]
    })
  expect(described(postgres)).toEqual(described(sqlite))
})
