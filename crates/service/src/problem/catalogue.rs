//! Where the `type` of a problem leads: a page for people, or the same as JSON.

use std::collections::BTreeMap;

use anmeldewerk_contract::problem::{Code, Language};
use axum::{
    Json, Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use super::{Problem, language};

/// How long a page is kept without asking again.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Which headers decide what is answered.
const VARY: HeaderValue = HeaderValue::from_static("Accept, Accept-Language");

/// The look of the pages; the only thing that their policy lets in.
const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}\
    h1{line-height:1.2}dt{font-weight:bold;margin-top:1rem}dd{margin-left:0}code{font-size:.95em}";

/// Serves `GET /problems` and `GET /problems/{code}`, so that the `type` of a problem leads somewhere.
///
/// Whoever accepts `text/html` rather than JSON gets a page in the language they read.
pub fn catalogue<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/problems", get(all))
        .route("/problems/{code}", get(one))
}

/// A code, explained in both languages.
#[derive(Serialize)]
struct Description {
    code: Code,
    status: u16,
    title: BTreeMap<&'static str, &'static str>,
    meaning: BTreeMap<&'static str, &'static str>,
    advice: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct Descriptions {
    items: Vec<Description>,
}

impl From<Code> for Description {
    fn from(code: Code) -> Self {
        let each = |text: fn(Code, Language) -> &'static str| {
            let languages = [Language::German, Language::English];
            let texts = languages.map(|language| (language.tag(), text(code, language)));
            BTreeMap::from(texts)
        };
        Self {
            code,
            status: code.status(),
            title: each(Code::title),
            meaning: each(|code, language| code.guide(language).meaning),
            advice: each(|code, language| code.guide(language).advice),
        }
    }
}

async fn all(headers: HeaderMap) -> Response {
    if wants_html(&headers) {
        page(language(&headers), list_of_codes)
    } else {
        let items = Code::ALL.iter().copied().map(Into::into).collect();
        kept(Json(Descriptions { items }))
    }
}

async fn one(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let code = Code::parse(&name).ok_or(Code::NotFound)?;
    Ok(if wants_html(&headers) {
        page(language(&headers), |language| sheet(code, language))
    } else {
        kept(Json(Description::from(code)))
    })
}

fn kept(answer: impl IntoResponse) -> Response {
    let headers = [(header::CACHE_CONTROL, CACHED), (header::VARY, VARY)];
    (headers, answer).into_response()
}

/// Says whether a client would rather have a page; one that takes anything gets JSON (RFC 9110, section 12.5.1).
fn wants_html(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter();
    let ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let (mut html, mut json) = (0.0, 0.0);
    for (essence, weight) in ranges.map(weighed) {
        match essence.as_str() {
            "text/html" => html = weight,
            "application/json" => json = weight,
            _ => {}
        }
    }
    html > json
}

fn weighed(range: &str) -> (String, f32) {
    let mut parts = range.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q="));
    let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok());
    (essence, weight.unwrap_or_default())
}

/// A page's title and what stands below it.
struct Sheet {
    title: String,
    body: String,
}

fn page(language: Language, sheet: impl FnOnce(Language) -> Sheet) -> Response {
    let Sheet { title, body } = sheet(language);
    let (tag, title) = (language.tag(), escaped(&title));
    let html = format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(tag)),
        (header::CONTENT_SECURITY_POLICY, policy()),
    ];
    kept((headers, Html(html)))
}

/// Lets in nothing but the style that stands in the page, known by its hash.
fn policy() -> HeaderValue {
    let hash = BASE64.encode(digest(&SHA256, STYLE.as_bytes()).as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("base64 and words are a header value")
}

fn sheet(code: Code, language: Language) -> Sheet {
    let [means, helps, all] = match language {
        Language::German => ["Was es bedeutet", "Was hilft", "Alle Meldungen"],
        Language::English => ["What it means", "What to do", "All problems"],
    };
    let guide = code.guide(language);
    let (meaning, advice) = (escaped(guide.meaning), escaped(guide.advice));
    let status = code.status();
    Sheet {
        title: code.title(language).to_owned(),
        body: format!(
            "<p><code>{code}</code>, HTTP {status}</p>\n<dl>\n<dt>{means}</dt><dd>{meaning}</dd>\n\
             <dt>{helps}</dt><dd>{advice}</dd>\n</dl>\n<p><a href=\"/problems\">{all}</a></p>\n"
        ),
    }
}

fn list_of_codes(language: Language) -> Sheet {
    let title = match language {
        Language::German => "Alle Meldungen",
        Language::English => "All problems",
    };
    let row = |code: &Code| {
        let title = escaped(code.title(language));
        let status = code.status();
        format!("<dt><a href=\"/problems/{code}\">{code}</a>, HTTP {status}</dt><dd>{title}</dd>\n")
    };
    let rows: String = Code::ALL.iter().map(row).collect();
    Sheet {
        title: title.to_owned(),
        body: format!("<dl>\n{rows}</dl>\n"),
    }
}

/// Writes a text so that it is nothing but text in a page.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &'static str) -> bool {
        let value = HeaderValue::from_static(value);
        wants_html(&HeaderMap::from_iter([(header::ACCEPT, value)]))
    }

    #[test]
    fn who_reads_pages_gets_one_and_everybody_else_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert!(accepts(browser));
        assert!(accepts("application/json;q=0.5, text/html;q=0.6"));
        for program in [
            "",
            "*/*",
            "application/json",
            "application/json, text/html",
            "text/html;q=0",
            "text/html;q=nonsense",
        ] {
            assert!(!accepts(program), "{program}");
        }
        assert!(!wants_html(&HeaderMap::new()));
    }

    #[test]
    fn a_text_stays_a_text() {
        assert_eq!(
            escaped("<b>\"A\" & 'B'</b>"),
            "&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;"
        );
    }
}
