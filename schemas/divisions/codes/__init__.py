"""Facts only: each module is one long text (or a short table) that table.py reads on first use."""
