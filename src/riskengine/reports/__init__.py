"""Pages for people: self-contained HTML with pictures, in English and Chinese. No arithmetic on risk happens here."""
