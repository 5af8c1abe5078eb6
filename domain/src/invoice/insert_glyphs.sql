-- One that a font had since begins again; one that an administrator knows of stays known.
insert into missing_glyph as m (glyph, invoice_id, documents, noticed_at)
select glyph, $2::uuid, 1, $3::timestamptz from unnest($1::text[]) glyph order by glyph
on conflict (glyph) do update set
  state = case m.state when 'found' then 'missing' else m.state end,
  invoice_id = case m.state when 'found' then excluded.invoice_id else m.invoice_id end,
  documents = case m.state when 'found' then 1 else m.documents + 1 end,
  noticed_at = case m.state when 'found' then excluded.noticed_at else m.noticed_at end,
  ended_at = case m.state when 'found' then null else m.ended_at end
