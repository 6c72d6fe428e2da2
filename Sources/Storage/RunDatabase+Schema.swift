import GRDB

extension RunDatabase {
    /// How connections are opened: few of them and with small caches, because the server is a guest on the machine.
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "runs"
        configuration.maximumReaderCount = 3
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // Before there is a table, or never: free pages can then be given back to the file system bit by bit.
            // Databases of older versions reuse theirs instead.
            if try !database.configuration.readonly && Int.fetchOne(database, sql: "PRAGMA page_count") == 0 {
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            // Half a megabyte a connection; the write-ahead log gives space back beyond 8 MiB.
            try database.execute(sql: "PRAGMA cache_size = -512; PRAGMA journal_size_limit = 8388608")
        }
        return configuration
    }

    /// The steps from an empty database to today's. A step that has been released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs and chunks") { database in
            // runs keeps its rowid: it is the order of submission, whatever the wall clock did.
            // chunks keeps its own, too: SQLite advises against WITHOUT ROWID for rows beyond 200 bytes.
            try database.execute(
                sql: """
                    CREATE TABLE runs (
                        id TEXT NOT NULL PRIMARY KEY,
                        state TEXT NOT NULL,
                        name TEXT,
                        created_at INTEGER NOT NULL,
                        document TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX runs_by_time ON runs (created_at, id);
                    CREATE INDEX runs_by_state ON runs (state, created_at, id);
                    CREATE INDEX runs_by_name ON runs (name, created_at, id);

                    CREATE TABLE chunks (
                        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                        ordinal INTEGER NOT NULL,
                        first_ns INTEGER NOT NULL,
                        last_ns INTEGER NOT NULL,
                        frames INTEGER NOT NULL,
                        data BLOB NOT NULL,
                        PRIMARY KEY (run_id, ordinal)
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("2: idempotency keys") { database in
            try database.execute(
                sql: """
                    ALTER TABLE runs ADD COLUMN idempotency_key TEXT;
                    CREATE UNIQUE INDEX runs_by_idempotency_key ON runs (idempotency_key)
                        WHERE idempotency_key IS NOT NULL;
                    """)
        }
        migrator.registerMigration("3: when runs ended") { database in
            // For runs of older versions the submission has to do.
            try database.execute(
                sql: """
                    ALTER TABLE runs ADD COLUMN ended_at INTEGER;
                    UPDATE runs SET ended_at = created_at WHERE state = 'finished';
                    CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;
                    """)
        }
        migrator.registerMigration("4: in the order of ids") { database in
            // Times go back when the clock is set back; ids do not.
            try database.execute(
                sql: """
                    DROP INDEX runs_by_time;
                    DROP INDEX runs_by_state;
                    DROP INDEX runs_by_name;
                    CREATE INDEX runs_by_state ON runs (state, id);
                    CREATE INDEX runs_by_name ON runs (name, id);
                    """)
        }
        migrator.registerMigration("5: sums beside frames") { database in
            // Of all chunks since the one that the row before stands beside. A table of its own: behind the data of a
            // chunk SQLite would have to read all of it.
            try database.execute(
                sql: """
                    CREATE TABLE stretches (
                        run_id TEXT NOT NULL,
                        ordinal INTEGER NOT NULL,
                        data BLOB NOT NULL,
                        PRIMARY KEY (run_id, ordinal),
                        FOREIGN KEY (run_id, ordinal) REFERENCES chunks (run_id, ordinal) ON DELETE CASCADE
                    ) STRICT;
                    """)
        }
        return migrator
    }
}
