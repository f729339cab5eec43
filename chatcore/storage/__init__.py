"""Where the desk's data lie: tables, migrations, the single writer, and reading."""
