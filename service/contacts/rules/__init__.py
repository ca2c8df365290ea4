"""Pure decisions on plain values: who was near whom, which rides are meant, how it is drawn and told."""
