"""What a document says in words: figures, dates, files, other documents."""
