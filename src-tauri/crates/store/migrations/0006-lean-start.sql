-- Every start paid for it, and only the daily deletion of documents that nobody uses any more looked anything up in it.
DROP INDEX execution_document;
